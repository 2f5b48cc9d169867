package attestor_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestAttestorAndNoteRenamed: a note and an attestor under a new name are refused without a moved
// block, because the apply would leave neither.
func TestAttestorAndNoteRenamed(t *testing.T) {
	t.Parallel()
	const both = "resource \"binauthz_note\" \"NAME\" {\n  name = \"n\"\n  human_readable_name = \"n\"\n}\nresource " +
		"\"binauthz_attestor\" \"NAME\" {\n  name = \"a\"\n  note = \"n\"\n}\n"
	g := acctest.NewEmulated(t, emulator.Options{})
	named := func(name string) string { return strings.ReplaceAll(both, "NAME", name) }
	cli := g.CLI(t, named("old"))
	run := func(want bool, args ...string) string {
		t.Helper()
		out, code := g.Fresh(t, cli).Run(t, args...)
		if (code == 0) != want {
			t.Fatalf("%v: exit code %d: %s", args, code, out)
		}
		return out
	}
	run(true, "apply", "-auto-approve")
	cli.Write(t, named("new"))
	if out := run(false, "plan"); strings.Count(out, "Error: Resource was renamed without a moved block") != 2 {
		t.Error(out)
	}
	cli.Write(t, named("new")+"moved {\n  from = binauthz_note.old\n  to = binauthz_note.new\n}\nmoved {\n  from = "+
		"binauthz_attestor.old\n  to = binauthz_attestor.new\n}\n")
	if out := run(true, "apply", "-auto-approve"); !strings.Contains(out, "0 added, 0 changed, 0 destroyed") {
		t.Error(out)
	}
	// A replacement alone is not a rename, in either order of the plans.
	if out := run(true, "plan", "-replace=binauthz_attestor.new", "-replace=binauthz_note.new"); strings.Contains(out, "renamed") {
		t.Error(out)
	}
	run(true, "taint", "binauthz_attestor.new")
	run(true, "plan", "-out=it.tfplan")
	run(true, "apply", "it.tfplan")
	run(true, "destroy", "-auto-approve")
}
