package examples_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

const providerFile = "examples/provider/provider.tf"

func TestQuickstart(t *testing.T) {
	t.Parallel()
	files := assets(t, "examples/quickstart")
	files["main.tf"] = read(t, "examples/quickstart/main.tf")
	run(t, applied(t, files))
}

func TestDataSources(t *testing.T) {
	t.Parallel()
	for _, folder := range glob(t, "examples/data-sources/*") {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			run(t, applied(t, map[string]string{
				"provider.tf": read(t, providerFile), "data-source.tf": read(t, "examples/data-sources", filepath.Base(folder), "data-source.tf"),
			}))
		})
	}
}

// TestResources applies each example, and then takes its objects over in all the ways that its page shows.
func TestResources(t *testing.T) {
	t.Parallel()
	for _, folder := range glob(t, "examples/resources/*") {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			e := example{kind: filepath.Base(folder)}
			created := e.files(t)
			address, id := e.command(t)
			run(t,
				applied(t, created),
				resource.TestStep{ResourceName: address, ImportStateId: id, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
				applied(t, e.forgotten(t)),
				applied(t, e.imported(t, "import-by-string-id.tf"), plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)),
				applied(t, e.forgotten(t)),
				applied(t, e.imported(t, "import-by-identity.tf"), plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)),
			)
		})
	}
}

// example is the folder of one kind of resource.
type example struct{ kind string }

func (e example) read(t *testing.T, name string) string {
	t.Helper()
	return read(t, "examples/resources", e.kind, name)
}

func (e example) files(t *testing.T) map[string]string {
	t.Helper()
	files := assets(t, "examples/resources/"+e.kind)
	files["provider.tf"], files["resource.tf"] = read(t, providerFile), e.read(t, "resource.tf")
	return files
}

var importCommand = regexp.MustCompile(`(?m)^terraform import (\S+) (\S+)$`)

// command is what import.sh imports: the address and the id.
func (e example) command(t *testing.T) (address, id string) {
	t.Helper()
	found := importCommand.FindStringSubmatch(e.read(t, "import.sh"))
	if found == nil || !strings.HasPrefix(found[1], e.kind+".") {
		t.Fatalf("import.sh imports no %s", e.kind)
	}
	return found[1], found[2]
}

var resourceBlock = regexp.MustCompile(`(?m)^resource "(\w+)" "(\w+)"`)

// forgotten leaves the objects of the example where they are, and out of the state.
func (e example) forgotten(t *testing.T) map[string]string {
	t.Helper()
	var removed strings.Builder
	for _, r := range resourceBlock.FindAllStringSubmatch(e.read(t, "resource.tf"), -1) {
		fmt.Fprintf(&removed, "removed {\n  from = %s.%s\n  lifecycle {\n    destroy = false\n  }\n}\n", r[1], r[2])
	}
	return map[string]string{"provider.tf": read(t, providerFile), "removed.tf": removed.String()}
}

// imported is the example with one of its import blocks. Other resources in it are imported as their own examples do it.
func (e example) imported(t *testing.T, block string) map[string]string {
	t.Helper()
	files := maps.Clone(e.files(t))
	files["import.tf"] = e.read(t, block)
	for _, r := range resourceBlock.FindAllStringSubmatch(e.read(t, "resource.tf"), -1) {
		if r[1] != e.kind {
			files["import_"+r[1]+".tf"] = example{r[1]}.read(t, "import-by-string-id.tf")
		}
	}
	return files
}
