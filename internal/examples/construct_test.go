package examples_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/provider"
)

// served is the schema response of the provider.
func served(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	all, err := provider.Server(provider.New("test"))().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(all.Diagnostics) > 0 {
		t.Fatal(err, all.Diagnostics)
	}
	return all
}

// kinds are the names of the constructs of each kind, by the folder of their examples and pages.
func kinds(all *tfprotov6.GetProviderSchemaResponse) map[string][]string {
	return map[string][]string{
		"resources":    slices.Sorted(maps.Keys(all.ResourceSchemas)),
		"data-sources": slices.Sorted(maps.Keys(all.DataSourceSchemas)),
		"functions":    slices.Sorted(maps.Keys(all.Functions)),
		"actions":      slices.Sorted(maps.Keys(all.ActionSchemas)),

		"list-resources": slices.Sorted(maps.Keys(all.ListResourceSchemas)),
	}
}

// TestEveryConstructIsShown: each construct has an example and a page, and there are no others.
func TestEveryConstructIsShown(t *testing.T) {
	t.Parallel()
	all := served(t)
	if n := len(all.EphemeralResourceSchemas); n > 0 {
		t.Errorf("%d constructs of a kind that this test does not look at", n)
	}
	for folder, want := range kinds(all) {
		prefix := "binauthz_"
		if folder == "functions" {
			prefix = ""
		}
		for _, kind := range want {
			page := read(t, "docs", folder, strings.TrimPrefix(kind, prefix)+".md")
			for _, heading := range headings[folder] {
				if !strings.Contains(page, heading) {
					t.Errorf("the page of %s says nothing of %q", kind, heading)
				}
			}
		}
		same(t, want, names(glob(t, "examples/"+folder+"/*"), ""))
		same(t, want, names(glob(t, "docs/"+folder+"/*.md"), prefix))
	}
}

// headings are texts required on each page of a kind, in addition to the schema.
var headings = map[string][]string{
	"resources":    {"## Example Usage", "ermission", "## Import", "identity = {", "id = ", "terraform import"},
	"data-sources": {"## Example Usage", "ermission"},
	"functions":    {"## Example Usage", "## Signature", "## Arguments"},
	"actions":      {"## Example Usage", "ermission", "Terraform 1.14", "OpenTofu"},

	"list-resources": {"## Example Usage", "ermission", "Terraform 1.14", "OpenTofu"},
}

func names(paths []string, prefix string) []string {
	var names []string
	for _, path := range paths {
		names = append(names, prefix+strings.TrimSuffix(filepath.Base(path), ".md"))
	}
	return names
}

func same(t *testing.T, want, got []string) {
	t.Helper()
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("the provider serves %v, and shown is %v", want, got)
	}
}

func TestEveryAttributeIsDescribed(t *testing.T) {
	t.Parallel()
	all := served(t)
	checkBlock(t, "provider", all.Provider.Block)
	for kind, schema := range all.ResourceSchemas {
		checkBlock(t, kind, schema.Block)
	}
	for kind, schema := range all.DataSourceSchemas {
		checkBlock(t, "data."+kind, schema.Block)
	}
	for kind, schema := range all.ActionSchemas {
		checkBlock(t, "action."+kind, schema.Schema.Block)
	}
	for kind, schema := range all.ListResourceSchemas {
		checkBlock(t, "list."+kind, schema.Block)
	}
	for name, f := range all.Functions {
		described(t, name+"()", f.Summary)
		described(t, name+"()", f.Description)
		for _, p := range f.Parameters {
			described(t, name+"("+p.Name+")", p.Description)
		}
	}
	identities, err := provider.Server(provider.New("test"))().GetResourceIdentitySchemas(t.Context(),
		&tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(identities.IdentitySchemas) != len(all.ResourceSchemas) {
		t.Errorf("%d of %d resources have an identity", len(identities.IdentitySchemas), len(all.ResourceSchemas))
	}
	for kind, schema := range identities.IdentitySchemas {
		for _, a := range schema.IdentityAttributes {
			described(t, kind+" identity "+a.Name, a.Description)
		}
	}
}

func checkBlock(t *testing.T, at string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	if !strings.HasSuffix(at, ".timeouts") { // the framework's module describes what is in the block, not the block
		described(t, at, block.Description)
	}
	checkAttributes(t, at, block.Attributes)
	for _, nested := range block.BlockTypes {
		checkBlock(t, at+"."+nested.TypeName, nested.Block)
	}
}

func checkAttributes(t *testing.T, at string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, a := range attributes {
		described(t, at+"."+a.Name, a.Description)
		if a.NestedType != nil {
			checkAttributes(t, at+"."+a.Name, a.NestedType.Attributes)
		}
	}
}

// described checks the form of a description: several words, or code, and a full stop.
func described(t *testing.T, at, text string) {
	t.Helper()
	if len(strings.Fields(text)) < 2 && !strings.HasPrefix(text, "`") || !strings.HasSuffix(text, ".") {
		t.Errorf("%s is described by %q", at, text)
	}
}
