package acctest

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const outputOfALocal = "testdata/output_of_a_local.tf"

func TestHCLWithoutLocalsIsTheFile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(outputOfALocal)
	if err != nil {
		t.Fatal(err)
	}
	if got := HCL(t, outputOfALocal, nil); got != string(text) {
		t.Errorf("the text is\n%s", got)
	}
}

func TestHCLAddsLocalsInTheOrderOfTheirNames(t *testing.T) {
	t.Parallel()
	const block = "\nlocals {\n  a = \"\\u0024{x}\"\n  b = [1,null]\n}\n"
	got, want := HCL(t, outputOfALocal, map[string]any{"b": []any{1, nil}, "a": "${x}"}), HCL(t, outputOfALocal, nil)+block
	if got != want {
		t.Errorf("the text is\n%s\nand not\n%s", got, want)
	}
}

// Terraform shows each value as it was given.
func TestHCLKeepsValues(t *testing.T) {
	t.Parallel()
	given := map[string]any{
		"template":    "${x} $${x} $$${x} %{if y} %%{if y} $ % $",
		"backslashes": `C:\b\f\n \\b \${x} \u0024`,
		"quotes":      `"a" 'b' <&>`,
		"control":     "\b\f\r\n\t\x01\u2028",
		"pem":         "-----BEGIN PUBLIC KEY-----\nMFkw+/=\n-----END PUBLIC KEY-----\n",
		"heredoc":     "<<-EOT\n  x\n  EOT\n",
		"unicode":     "größer 日本 🙂",
		"empty":       "",
		"list":        []any{"${x}", 1.0, true, nil, []any{}},
		"map":         map[string]any{"${x}": "%{y}", "a b": map[string]any{}, "us-central1.prod": 2.0},
		"numbers":     []any{0.0, -1.0, 3.5, 1e21, 9007199254740991.0},
		"yes":         true,
		"nothing":     nil,
	}
	cli := NewEmulated(t, emulator.Options{}).CLI(t, HCL(t, outputOfALocal, map[string]any{"given": given}))
	cli.Succeeds(t, "apply", "-auto-approve")
	var got map[string]any
	if err := json.Unmarshal([]byte(cli.Succeeds(t, "output", "-json", "given")), &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range given {
		if !reflect.DeepEqual(got[name], want) {
			t.Errorf("%s is %q, not %q", name, got[name], want)
		}
	}
}
