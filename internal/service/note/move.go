package note

import (
	"context"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

var moves = []lifecycle.Move[model]{{From: "google_container_analysis_note", Carry: carry}}

// carry copies the note from a state of hashicorp/google.
func carry(ctx context.Context, c *change, from *lifecycle.Source) {
	name, err := resname.ParseNote(from.Text("id"), from.Text("project"))
	from.Refuse("id", err)
	hint := &grafeas.AttestationNote_Hint{HumanReadableName: from.Block("attestation_authority").Block("hint").Need("human_readable_name")}
	note := &gcp.Note{
		Name: name.String(), ShortDescription: from.Text("short_description"), LongDescription: from.Text("long_description"),
		RelatedNoteNames: from.Texts("related_note_names"),
		ExpirationTime:   from.Time("expiration_time"), CreateTime: from.Time("create_time"), UpdateTime: from.Time("update_time"),
		Type: &grafeas.Note_Attestation{Attestation: &grafeas.AttestationNote{Hint: hint}},
	}
	for _, link := range from.Blocks("related_url") {
		note.RelatedUrl = append(note.RelatedUrl, &grafeas.RelatedUrl{Url: link.Text("url"), Label: link.Text("label")})
	}
	if err == nil {
		from.Refuse("id", c.Model.fromAPI(ctx, note))
	}
}
