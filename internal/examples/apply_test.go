package examples_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
)

const providerFile = "examples/provider/provider.tf"

func TestQuickstart(t *testing.T) {
	t.Parallel()
	files := assets(t, "examples/quickstart")
	files["main.tf"] = read(t, "examples/quickstart/main.tf")
	step := applied(t, files)
	logged := knownvalue.StringRegexp(regexp.MustCompile("^admitted by a dry run only: .*No attestations found"))
	step.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("reasons",
		knownvalue.MapExact(map[string]knownvalue.Check{
			"base":  knownvalue.StringRegexp(regexp.MustCompile("the allowlist exempts")),
			"api":   knownvalue.StringExact("admitted: default_admission_rule is met"),
			"web":   logged,
			"miner": logged,
		}))}
	// The test framework reads the state before its own destroy and cannot read for_each in it. The
	// second step therefore removes every resource first.
	run(t, step, applied(t, map[string]string{"provider.tf": read(t, providerFile)}))
}

func TestDataSources(t *testing.T) {
	t.Parallel()
	for _, folder := range glob(t, "examples/data-sources/*") {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			files := assets(t, "examples/data-sources/"+filepath.Base(folder))
			files["provider.tf"], files["data-source.tf"] = read(t, providerFile),
				read(t, "examples/data-sources", filepath.Base(folder), "data-source.tf")
			run(t, applied(t, files))
		})
	}
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	for _, folder := range glob(t, "examples/functions/*") {
		name := filepath.Base(folder)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := assets(t, "examples/functions/"+name)
			files["provider.tf"], files["function.tf"] = read(t, providerFile), read(t, "examples/functions", name, "function.tf")
			if !strings.Contains(files["function.tf"], "provider::binauthz::"+name+"(") {
				t.Errorf("the example does not call %s", name)
			}
			run(t, applied(t, files))
		})
	}
}

// TestActions applies each example: a resource in it triggers the action. The comments of the
// example document the other ways to invoke it.
func TestActions(t *testing.T) {
	t.Parallel()
	acctest.NeedsActions(t)
	for _, folder := range glob(t, "examples/actions/*") {
		kind := filepath.Base(folder)
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			example := read(t, "examples/actions", kind, "action.tf")
			for _, part := range []string{
				fmt.Sprintf("action %q ", kind), "actions = [action." + kind + ".",
				"-invoke=action." + kind + ".",
			} {
				if !strings.Contains(example, part) {
					t.Errorf("the example has no %s", part)
				}
			}
			run(t, applied(t, map[string]string{"provider.tf": read(t, providerFile), "action.tf": example}))
		})
	}
}

// TestResources applies each example and then imports its objects in every way documented on the
// page.
func TestResources(t *testing.T) {
	t.Parallel()
	for _, folder := range glob(t, "examples/resources/*") {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			e := example{kind: filepath.Base(folder)}
			if namedByService[e.kind] != nil {
				run(t, applied(t, e.files(t))) // the imports: TestImportsOfObjectsThatTheServiceNames
				return
			}
			steps := []resource.TestStep{applied(t, e.files(t))}
			var took []plancheck.PlanCheck
			for address, id := range e.commands(t) {
				steps = append(steps, resource.TestStep{
					ResourceName: address, ImportStateId: id, ImportState: true, ImportStateKind: resource.ImportCommandWithID,
					ImportStateVerify: true, ImportStateVerifyIgnore: demands,
				})
				took = append(took, plancheck.ExpectResourceAction(address, e.afterImport(t, address)))
			}
			for _, block := range []string{"import-by-string-id.tf", "import-by-identity.tf"} {
				steps = append(steps, applied(t, e.forgotten(t)), applied(t, e.imported(t, block), took...))
			}
			if files := e.files(t); e.kind == "binauthz_policy" {
				// The imported policy requires an attestor of the same configuration, and the same
				// destroy deletes it. Restoring the imported policy would block every image.
				files["resource.tf"] = strings.Replace(files["resource.tf"], restores, `deletion_policy = "RESET"`, 1)
				steps = append(steps, applied(t, files))
			}
			run(t, steps...)
		})
	}
}

const restores = `deletion_policy = "RESTORE"`

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

var importCommand = regexp.MustCompile(`(?m)^terraform import (\S+) (?:'([^'\n]+)'|([^\s']+))$`)

// commands returns the ids in the commands of import.sh, by address.
func (e example) commands(t *testing.T) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for _, found := range importCommand.FindAllStringSubmatch(e.read(t, "import.sh"), -1) {
		ids[found[1]] = found[2] + found[3]
	}
	for _, r := range resourceBlock.FindAllStringSubmatch(e.read(t, "resource.tf"), -1) {
		if address := r[1] + "." + r[2]; r[1] == e.kind && ids[address] == "" {
			t.Errorf("import.sh does not import %s", address)
		}
	}
	return ids
}

// demands are attributes used by the plan only. No API stores them, so an import leaves them null.
var demands = []string{"must_admit", "must_conform"}

// afterImport is the planned action right after an import: an update if the configuration sets an
// attribute of demands, otherwise none.
func (e example) afterImport(t *testing.T, address string) plancheck.ResourceActionType {
	t.Helper()
	_, name, _ := strings.Cut(address, ".")
	_, body, _ := strings.Cut(e.read(t, "resource.tf"), fmt.Sprintf("resource %q %q {\n", e.kind, name))
	body, _, _ = strings.Cut(body, "\n}\n")
	if slices.ContainsFunc(demands, func(demand string) bool { return strings.Contains(body, "\n  "+demand) }) {
		return plancheck.ResourceActionUpdate
	}
	return plancheck.ResourceActionNoop
}

var resourceBlock = regexp.MustCompile(`(?m)^resource "(\w+)" "(\w+)"`)

// forgotten removes the resources of the example from the state and keeps their objects.
func (e example) forgotten(t *testing.T) map[string]string {
	t.Helper()
	var removed strings.Builder
	for _, r := range resourceBlock.FindAllStringSubmatch(e.read(t, "resource.tf"), -1) {
		fmt.Fprintf(&removed, "removed {\n  from = %s.%s\n  lifecycle {\n    destroy = false\n  }\n}\n", r[1], r[2])
	}
	return map[string]string{"provider.tf": read(t, providerFile), "removed.tf": removed.String()}
}

// imported is the example with one of its import blocks. Resources of other types are imported with
// the blocks of their own examples.
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
