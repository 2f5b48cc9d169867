package permissions_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/permissions"
	"github.com/binauthz/terraform-provider-binauthz/internal/provider"
)

const root = "../.."

func schemas(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	all, err := described(provider.Server(provider.New("test"))())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// constructs are the schemas of all constructs of the provider, by their names in the table.
func constructs(t *testing.T) map[string]*tfprotov6.SchemaBlock {
	t.Helper()
	all, served := map[string]*tfprotov6.SchemaBlock{}, schemas(t)
	for name, s := range served.ResourceSchemas {
		all["resource/"+name] = s.Block
	}
	for name, s := range served.DataSourceSchemas {
		all["data-source/"+name] = s.Block
	}
	for name, s := range served.ListResourceSchemas {
		all["list-resource/"+name] = s.Block
	}
	for name, s := range served.ActionSchemas {
		all["action/"+name] = s.Schema.Block
	}
	return all
}

// TestTheTableIsComplete expects a line for each construct, and a use of each method.
func TestTheTableIsComplete(t *testing.T) {
	t.Parallel()
	served := slices.Sorted(maps.Keys(constructs(t)))
	if inTable := slices.Sorted(maps.Keys(permissions.Table)); !slices.Equal(served, inTable) {
		t.Errorf("the provider serves %v, and the table has %v", served, inTable)
	}
	unused := methods(t)
	for _, needs := range permissions.Table {
		for _, n := range needs {
			for name := range strings.FieldsSeq(n.Methods) {
				delete(unused, name)
			}
		}
	}
	for name := range unused {
		t.Errorf("no construct needs %s of internal/gcp", name)
	}
}

func TestGeneratedFiles(t *testing.T) {
	t.Parallel()
	files, err := permissions.Files(root)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range files {
		if got, err := os.ReadFile(filepath.Join(root, path)); err != nil || string(got) != want {
			t.Errorf("%s differs from the output of make generate: %v", path, err)
		}
	}
}

var (
	code = regexp.MustCompile("`([^`]+)`")
	full = regexp.MustCompile(`^(([a-z]+\.[a-zA-Z]+)\.)[a-zA-Z]+$`)
	last = regexp.MustCompile(`^\.[a-zA-Z]+$`)
)

// said returns the permissions named in a text. ".get" is short for the same collection as the
// permission before it.
func said(text string) map[string]bool {
	all, collection := map[string]bool{}, ""
	for _, found := range code.FindAllStringSubmatch(text, -1) {
		switch name := full.FindStringSubmatch(found[1]); {
		case name != nil && !strings.HasPrefix(found[1], "provider.") && !strings.HasSuffix(found[1], ".com"):
			collection = name[2]
			all[found[1]] = true
		case collection != "" && last.MatchString(found[1]):
			all[collection+found[1]] = true
		}
	}
	return all
}

func texts(description string, attributes []*tfprotov6.SchemaAttribute) string {
	for _, a := range attributes {
		description += "\n" + a.Description
		if a.NestedType != nil {
			description = texts(description, a.NestedType.Attributes)
		}
	}
	return description
}

// TestDescriptionsAgree compares the permissions in a description with the table. A description may
// omit optional permissions.
func TestDescriptionsAgree(t *testing.T) {
	t.Parallel()
	all := methods(t)
	for construct, block := range constructs(t) {
		names, known, required := said(texts(block.Description, block.Attributes)), map[string]bool{}, map[string]bool{}
		for _, n := range permissions.Table[construct] {
			for name := range strings.FieldsSeq(n.Methods) {
				known[all[name].Permission] = true
				if n.Without == "" && n.Unproven == "" {
					required[all[name].Permission] = true
				}
			}
		}
		for permission := range names {
			if !known[permission] && permission != "artifactregistry.repositories.downloadArtifacts" {
				t.Errorf("the page of %s names %s, but the table does not", construct, permission)
			}
		}
		for permission := range required {
			if !names[permission] {
				t.Errorf("in the table, %s needs %s, but its page does not name it", construct, permission)
			}
		}
	}
}
