package attestor_test

import (
	"fmt"
	"strings"
	"testing"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// TestAttestorOnANoteThatIsNotThere: a missing note is a warning if the plan does not create it. It
// is not an error, because another provider may create it.
func TestAttestorOnANoteThatIsNotThere(t *testing.T) {
	t.Parallel()
	const project, warning = "provider \"binauthz\" {\n  project = \"demo\"\n}\n", "Not checked until apply (projects/demo/notes/"
	attestor := func(note string) string {
		return project + fmt.Sprintf("resource \"binauthz_attestor\" \"it\" {\n  name = \"it\"\n  note = %s\n}\n", note)
	}
	const made = "resource \"binauthz_note\" \"it\" {\n  name = \"it\"\n  human_readable_name = \"It\"\n  project = \"%s\"\n}\n"
	for name, c := range map[string]struct {
		config string
		denied bool
		want   bool
	}{
		"in another project": {attestor(`"it"`) + fmt.Sprintf(made, "other"), false, true},
		"nowhere":            {attestor(`"projects/demo/notes/none"`), false, true},
		"of the same plan":   {attestor("binauthz_note.it.id") + fmt.Sprintf(made, "demo"), false, false},
		"of another project": {attestor("binauthz_note.it.id") + fmt.Sprintf(made, "other"), false, false},
		"there":              {attestor(`"there"`), false, false},
		"not known yet": {
			attestor(`terraform_data.later.output`) + "resource \"terraform_data\" \"later\" {\n  input = \"it\"\n}\n", false, false,
		},
		"not to be read": {attestor(`"projects/demo/notes/none"`), true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			if _, err := g.Clients.CreateNote(t.Context(), resname.Note{Project: "demo", ID: "there"},
				&gcp.Note{
					Type: &grafeas.Note_Attestation{
						Attestation: &grafeas.AttestationNote{Hint: &grafeas.AttestationNote_Hint{HumanReadableName: "There"}},
					},
				}); err != nil {
				t.Fatal(err)
			}
			if c.denied {
				if err := g.Emulator.Inject(fault.Fault{Method: "GetNote", Kind: "permission_denied", Count: fault.Forever}); err != nil {
					t.Fatal(err)
				}
			}
			said, code := g.CLI(t, c.config).Run(t, "plan")
			if code != 0 || strings.Contains(said, warning) != c.want || strings.Contains(said, "Note not found") != c.want {
				t.Errorf("%d, want a warning %t:\n%s", code, c.want, said)
			}
		})
	}
}
