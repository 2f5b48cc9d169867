package note_test

import (
	"fmt"
	"testing"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// TestNotesForAttestationsAreFound: notes of other kinds are neither listed nor counted towards the
// limit.
func TestNotesForAttestationsAreFound(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	g := acctest.NewEmulated(t, emulator.Options{PageSize: 4})
	for i := range 10 {
		hint := &grafeas.AttestationNote_Hint{HumanReadableName: fmt.Sprintf("Team %d", i)}
		note := &gcp.Note{Type: &grafeas.Note_Attestation{Attestation: &grafeas.AttestationNote{Hint: hint}}}
		if i%2 == 0 {
			note = &gcp.Note{Type: &grafeas.Note_Discovery{Discovery: &grafeas.DiscoveryNote{AnalysisKind: grafeas.NoteKind_VULNERABILITY}}}
		}
		if _, err := g.Clients.CreateNote(t.Context(), resname.Note{Project: g.Project, ID: fmt.Sprintf("team-%d", i)}, note); err != nil {
			t.Fatal(err)
		}
	}
	cli := g.CLI(t, "")
	for limit, want := range map[int]struct{ found, pages int }{100: {5, 3}, 2: {2, 1}, 3: {3, 2}} {
		before := g.Calls("ListNotes")
		found, said := cli.Query(t, fmt.Sprintf("list \"binauthz_note\" \"all\" {\n  provider = binauthz\n  limit = %d\n}\n", limit))
		if len(found) != want.found || len(said) > 0 || g.Calls("ListNotes")-before != want.pages || g.Calls("GetNote") > 0 {
			t.Errorf("%d: found %v in %d pages, and said %v", limit, found, g.Calls("ListNotes")-before, said)
		}
		for i, f := range found {
			title, name := fmt.Sprintf("Team %d", 2*i+1), fmt.Sprintf("team-%d", 2*i+1)
			if f.DisplayName != title || f.Identity["name"] != name || f.Identity["project"] != "demo" {
				t.Errorf("%s: %v", name, f)
			}
		}
	}
}
