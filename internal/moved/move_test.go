package moved

import (
	"maps"
	"slices"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
)

// nothingToDo is the last line of a plan with moves only.
const nothingToDo = "Plan: 0 to add, 0 to change, 0 to destroy."

// TestEverythingMoves: the plan is empty, no write reaches the API, and the state equals the state
// after an import.
func TestEverythingMoves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.writes()
	cli := w.cli(t, objects(t)+twice)
	acctest.Says(t, cli.Succeeds(t, "plan"), nothingToDo, "google_container_analysis_note.built has moved to binauthz_note.built")
	acctest.Says(t, w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "0 added, 0 changed, 0 destroyed")
	ends(t, w.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	if n := w.writes() - before; n != 0 {
		t.Errorf("%d writes: %v", n, w.Emulator.Calls())
	}
	w.holdAgainstImport(t, cli)
}

// holdAgainstImport compares the state after a move with the state after an import of the same
// objects.
func (w *world) holdAgainstImport(t *testing.T, cli *acctest.CLI) {
	t.Helper()
	moved, imports := cli.Instances(t), ""
	for _, address := range slices.Sorted(maps.Keys(moved)) {
		imports += "import {\n  to = " + address + "\n  id = \"" + moved[address].Attributes["id"].(string) + "\"\n}\n"
	}
	other := w.CLI(t, located(t, objects(t)+twice)+imports)
	acctest.Says(t, other.Succeeds(t, "apply", "-auto-approve"), "7 imported, 0 added, 0 changed, 0 destroyed")
	imported := other.Instances(t)
	if len(moved) != len(imported) {
		t.Errorf("moved %d, imported %d", len(moved), len(imported))
	}
	for address, m := range moved {
		sameInstance(t, address, m, imported[address])
	}
}

func sameInstance(t *testing.T, address string, m, i acctest.Instance) {
	t.Helper()
	if !maps.Equal(m.Identity, i.Identity) || len(m.Identity) == 0 {
		t.Errorf("%s: identities %v and %v", address, m.Identity, i.Identity)
	}
	for _, own := range []string{"instance", "seal", "recognized"} {
		delete(m.Private, own)
		delete(i.Private, own)
	}
	if !maps.Equal(m.Private, i.Private) {
		t.Errorf("%s: private state %v and %v", address, m.Private, i.Private)
	}
}
