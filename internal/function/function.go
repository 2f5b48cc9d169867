// Package function is the provider's functions: rules of attestations and admission as expressions of a configuration. Each
// wraps one function of a domain package, and none makes a call.
package function

import (
	"context"
	"strings"

	framework "github.com/hashicorp/terraform-plugin-framework/function"
)

// pure is a function of the plugin framework whose parameters are all texts. The framework answers for null and unknown
// arguments: an error, and an unknown result.
type pure struct {
	name   string
	define framework.Definition
	// run returns the result. An error names the argument that it is about.
	run func(arguments []string) (any, *framework.FuncError)
}

// Metadata implements function.Function.
func (f *pure) Metadata(_ context.Context, _ framework.MetadataRequest, resp *framework.MetadataResponse) {
	resp.Name = f.name
}

// Definition implements function.Function.
func (f *pure) Definition(_ context.Context, _ framework.DefinitionRequest, resp *framework.DefinitionResponse) {
	resp.Definition = f.define
}

// Run implements function.Function.
func (f *pure) Run(ctx context.Context, req framework.RunRequest, resp *framework.RunResponse) {
	arguments := make([]string, len(f.define.Parameters))
	for i := range arguments {
		if resp.Error = req.Arguments.GetArgument(ctx, i, &arguments[i]); resp.Error != nil {
			return
		}
	}
	result, err := f.run(arguments)
	if err != nil {
		resp.Error = err
		return
	}
	resp.Error = resp.Result.Set(ctx, result)
}

func text(name, description string) framework.Parameter {
	return framework.StringParameter{Name: name, MarkdownDescription: description}
}

// wrong is an error about one argument; what to do comes in a line of its own. Terraform ends it with a full stop.
func wrong(argument int64, err error, remedy string) *framework.FuncError {
	message := strings.TrimRight(err.Error(), ".")
	if remedy != "" {
		message += end(message) + "\n\n" + strings.TrimRight(remedy, ".")
	}
	return framework.NewArgumentFuncError(argument, message)
}

// end is the full stop after a sentence that is no question.
func end(sentence string) string {
	if strings.HasSuffix(sentence, "?") {
		return ""
	}
	return "."
}
