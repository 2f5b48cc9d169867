// Package function contains the provider functions: rules of attestations and admission for
// expressions in a configuration. Each function wraps one function of a pure package and makes no
// call.
package function

import (
	"context"
	"strings"

	framework "github.com/hashicorp/terraform-plugin-framework/function"
)

// pure is a function of the plugin framework with only text parameters. The framework handles null
// (an error) and unknown arguments (an unknown result).
type pure struct {
	name   string
	define framework.Definition
	// run returns the result. An error names its argument.
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

// wrong is an error about one argument, with the remedy on its own line. Terraform ends it with a
// full stop.
func wrong(argument int64, err error, remedy string) *framework.FuncError {
	message := strings.TrimRight(err.Error(), ".")
	if remedy != "" {
		message += end(message) + "\n\n" + strings.TrimRight(remedy, ".")
	}
	return framework.NewArgumentFuncError(argument, message)
}

// end returns the full stop after a sentence, unless it is a question.
func end(sentence string) string {
	if strings.HasSuffix(sentence, "?") {
		return ""
	}
	return "."
}
