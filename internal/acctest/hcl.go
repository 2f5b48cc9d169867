package acctest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// hclEscapes are the differences between a text in JSON and the same text in HCL. HCL has no \b and
// no \f, and expands templates that start with ${ or %{.
var hclEscapes = strings.NewReplacer(`\\`, `\\`, `\b`, `\u0008`, `\f`, `\u000c`, `$`, `\u0024`, `%`, `\u0025`)

// HCL returns the text of a file, such as "testdata/one_rule.tf" in the folder of the test, and
// adds a locals block with the values, which the file uses as local.NAME. Without values it adds no
// block.
//
// A value is anything that encoding/json accepts: a slice becomes a tuple, a map or a struct
// becomes an object, nil becomes null. Terraform takes every text as it is, also with ${ in it.
// Texts of several files can form one configuration if no two of them get a value of the same name.
//
// The test ends if the file cannot be read or a value is not representable in JSON.
func HCL(tb testing.TB, file string, locals map[string]any) string {
	tb.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	if len(locals) == 0 {
		return string(text)
	}
	var block strings.Builder
	for _, name := range slices.Sorted(maps.Keys(locals)) {
		value, err := json.Marshal(locals[name])
		if err != nil {
			tb.Fatalf("local.%s: %v", name, err)
		}
		fmt.Fprintf(&block, "  %s = %s\n", name, hclEscapes.Replace(string(value)))
	}
	return string(text) + "\nlocals {\n" + block.String() + "}\n"
}
