package attestor_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// TestAnAttestorThatGoes: a destroy, or a replacement on another note, leaves attestations without
// their attestor. The plan gives their number. A new name alone does not do so.
func TestAnAttestorThatGoes(t *testing.T) {
	t.Parallel()
	const warning = "Attestations lose their attestor"
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	key := w.KMSKeyVersion(t)
	whole := "provider \"binauthz\" {\n  project = \"demo\"\n}\n" + w.config(keys(kms(key, "")))
	cli := w.CLI(t, whole)
	run := func(config string, args ...string) string {
		cli.Write(t, config)
		said, code := w.Fresh(t, cli).Run(t, args...)
		if code != 0 {
			t.Fatal(said)
		}
		return strings.Join(strings.Fields(strings.ReplaceAll(said, "│", " ")), " ")
	}
	run(whole, "apply", "-auto-approve")
	if said := run(whole, "plan", "-destroy"); strings.Contains(said, "Attestations") {
		t.Errorf("there are no attestations, and the plan says:\n%s", said)
	}
	w.attest(key, image("a"), image("b"))
	other := "\nresource \"binauthz_note\" \"other\" {\n  name = \"other\"\n  human_readable_name = \"Other\"\n}\n"
	for becomes, said := range map[string]string{
		"is destroyed": run(whole, "plan", "-destroy"),
		"is replaced by one on projects/demo/notes/other": run(
			strings.Replace(whole, "= binauthz_note.it.id", "= binauthz_note.other.id", 1)+other, "plan"),
	} {
		for _, want := range []string{
			warning,
			w.name.String() + " " + becomes + ". Its keys verify 2 attestations of 2 images: " + image("a") + " " + image("b"),
		} {
			if !strings.Contains(said, want) {
				t.Errorf("the plan does not say %q:\n%s", want, said)
			}
		}
	}
	if said := run(strings.Replace(whole, w.name.ID, w.name.ID+"-2", 1), "plan"); strings.Contains(said, "Attestations") {
		t.Errorf("the new attestor verifies what the old one did, and the plan says:\n%s", said)
	}
	if err := w.Emulator.Inject(fault.Fault{Method: "ListNoteOccurrences", Kind: "permission_denied", Count: fault.Forever}); err != nil {
		t.Fatal(err)
	}
	if said := run(whole, "plan", "-destroy"); !strings.Contains(said,
		w.name.String()+" is destroyed. Could not check for attestations that lose their key") {
		t.Errorf("the plan could not look, and says:\n%s", said)
	}
}
