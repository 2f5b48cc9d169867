package function_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	framework "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/function"
)

const (
	digest  = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
)

// functions are all functions, by their names in Terraform.
func functions(t *testing.T) map[string]framework.Function {
	t.Helper()
	all := map[string]framework.Function{}
	for _, construct := range []func() framework.Function{
		function.NewImageMatches, function.NewKMSAlgorithm, function.NewKMSKeyID,
		function.NewParseImage, function.NewPublicKeyID, function.NewSignaturePayload,
	} {
		var named framework.MetadataResponse
		construct().Metadata(t.Context(), framework.MetadataRequest{}, &named)
		all[named.Name] = construct()
	}
	return all
}

// call returns the result of a function for these arguments.
func call(t *testing.T, name string, arguments ...string) (attr.Value, *framework.FuncError) {
	t.Helper()
	f := functions(t)[name]
	var defined framework.DefinitionResponse
	f.Definition(t.Context(), framework.DefinitionRequest{}, &defined)
	result, err := defined.Definition.Return.NewResultData(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	values := make([]attr.Value, len(arguments))
	for i, argument := range arguments {
		values[i] = types.StringValue(argument)
	}
	resp := &framework.RunResponse{Result: result}
	f.Run(t.Context(), framework.RunRequest{Arguments: framework.NewArgumentsData(values)}, resp)
	return resp.Result.Value(), resp.Error
}

// returns expects a text.
func returns(t *testing.T, want, name string, arguments ...string) {
	t.Helper()
	got, err := call(t, name, arguments...)
	if err != nil || !got.Equal(types.StringValue(want)) {
		t.Errorf("%s(%q) is %v, %v, want %q", name, arguments, got, err, want)
	}
}

// refuses expects an error at an argument with all of the words.
func refuses(t *testing.T, at int64, words []string, name string, arguments ...string) {
	t.Helper()
	_, err := call(t, name, arguments...)
	if err == nil || err.FunctionArgument == nil || *err.FunctionArgument != at {
		t.Errorf("%s(%q): %v, want an error at argument %d", name, arguments, err, at)
		return
	}
	if strings.HasSuffix(err.Text, ".") || strings.Contains(err.Text, "..\n") || strings.Contains(err.Text, "?.") {
		t.Errorf("%s(%q): Terraform adds a full stop to %q", name, arguments, err.Text)
	}
	for _, word := range words {
		if !strings.Contains(err.Text, word) {
			t.Errorf("%s(%q): %q does not say %q", name, arguments, err.Text, word)
		}
	}
}

// known is one of the texts created by other programs.
func known(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../attest/testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// answers reads lines of the form "file answer".
func answers(t *testing.T, file string) map[string]string {
	t.Helper()
	rows := map[string]string{}
	for line := range strings.Lines(known(t, file)) {
		key, answer, _ := strings.Cut(strings.TrimSpace(line), " ")
		rows[key] = answer
	}
	return rows
}
