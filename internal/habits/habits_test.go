package habits_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/habits"
)

const root = "../.."

// write is set by `make habits`.
var write = flag.Bool("write", false, "write the column of the CLI under test into "+habits.File)

// run is the run of one habit. It fails the test, or returns the CLI's message about an unknown
// construct.
type run func(t *testing.T, g *acctest.Ground) habits.Outcome

var runs = map[string]run{
	"plan-and-apply":    planAndApply,
	"saved-plan":        savedPlan,
	"interrupt":         interrupt,
	"modules":           modules,
	"check":             check,
	"functions":         functions,
	"ephemeral":         ephemeral,
	"import-id":         importByID,
	"import-identity":   importByIdentity,
	"generated-config":  generatedConfig,
	"moved-from-google": movedFromGoogle,
	"moved-address":     movedAddress,
	"removed":           removed,
	"test-mocks":        testMocks,
	"query":             query,
	"action-invoke":     actionInvoke,
	"action-trigger":    actionTrigger,
}

// TestHabits runs every habit with the CLI under test and compares the outcomes with the column of
// its release.
func TestHabits(t *testing.T) {
	t.Parallel()
	matrix, name := load(t), acctest.Name(t)
	column, known := matrix[name]
	outcomes, lock := habits.Column{}, sync.Mutex{}
	t.Cleanup(func() { // the habits run in parallel, after the end of this function
		if t.Failed() || !*write {
			return
		}
		matrix[name] = outcomes
		if err := matrix.Save(root); err != nil {
			t.Error(err)
		}
	})
	for _, h := range habits.All {
		t.Run(h.ID, func(t *testing.T) {
			t.Parallel()
			outcome := runs[h.ID](t, acctest.NewEmulated(t, emulator.Options{}))
			if known && !*write && outcome != column[h.ID] {
				t.Errorf("the outcome with %s is %q, and %s has %q: if the new one is right, run make habits", name, outcome, habits.File,
					column[h.ID])
			}
			lock.Lock()
			defer lock.Unlock()
			outcomes[h.ID] = outcome
		})
	}
}

// TestEveryColumnIsComplete also requires a column for each pinned CLI, so no new release is pinned
// without a run.
func TestEveryColumnIsComplete(t *testing.T) {
	t.Parallel()
	matrix, ids := load(t), []string{}
	for _, h := range habits.All {
		ids = append(ids, h.ID)
	}
	slices.Sort(ids)
	if have := slices.Sorted(maps.Keys(runs)); !slices.Equal(have, ids) {
		t.Errorf("there are runs of %v, and habits %v", have, ids)
	}
	for name, column := range matrix {
		if have := slices.Sorted(maps.Keys(column)); !slices.Equal(have, ids) {
			t.Errorf("%s has %v, and not %v", name, have, ids)
		}
	}
	for _, name := range []string{"Terraform " + pinned(t, "terraform"), "OpenTofu " + pinned(t, "opentofu")} {
		if matrix[name] == nil && !*write {
			t.Errorf("%s has no column of %s: run make habits", habits.File, name)
		}
	}
}

// TestTheGuideIsGenerated compares the guide with the output of `make generate`.
func TestTheGuideIsGenerated(t *testing.T) {
	t.Parallel()
	files, err := habits.Files(root)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range files {
		if text := read(t, path); text != want && !*write {
			t.Errorf("%s differs from the output of make generate", path)
		}
	}
}

// TestPage covers both products, a pre-release, and a message shared by two columns.
func TestPage(t *testing.T) {
	t.Parallel()
	matrix := habits.Matrix{}
	for _, name := range []string{"OpenTofu 1.12.6", "Terraform 1.9.8", "Terraform 1.17.0-beta1", "Terraform 1.17.0"} {
		matrix[name] = habits.Column{}
		for _, h := range habits.All {
			matrix[name][h.ID] = habits.Works
		}
	}
	last := habits.All[len(habits.All)-1]
	matrix["Terraform 1.9.8"][last.ID], matrix["OpenTofu 1.12.6"][last.ID] = "Error: what is that", "Error: what is that"
	page := habits.Page(matrix)
	for _, line := range []string{
		"| | Terraform 1.9.8 | Terraform 1.17.0 | Terraform 1.17.0-beta1 | OpenTofu 1.12.6 |\n",
		"| " + habits.All[0].Words + " | yes | yes | yes | yes |\n",
		"| " + last.Words + " | no | yes | yes | no |\n",
		"| " + last.Words + " | Terraform 1.9.8, OpenTofu 1.12.6 | `Error: what is that` |\n",
	} {
		if !strings.Contains(page, line) {
			t.Errorf("%q is not in\n%s", line, page)
		}
	}
}

func load(t *testing.T) habits.Matrix {
	t.Helper()
	matrix, err := habits.Load(root)
	if err != nil {
		t.Fatal(err)
	}
	return matrix
}

// pinned is the release of a CLI in its module in tools.
func pinned(t *testing.T, tool string) string {
	t.Helper()
	found := regexp.MustCompile(`github.com/(?:hashicorp|opentofu)/` + tool +
		` (?:v0\S+ => \S+ )?v([1-9]\S*)(?: // indirect)?\n`).FindStringSubmatch(read(t, "tools/"+tool+"/go.mod"))
	if found == nil {
		t.Fatalf("tools/%s/go.mod has no release", tool)
	}
	return found[1]
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
