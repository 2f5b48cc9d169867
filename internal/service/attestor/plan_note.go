package attestor

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// planNote keeps the spelling in the state of a note that is the same; another note needs a new attestor.
// Source: google.cloud.binaryauthorization.v1.UserOwnedGrafeasNote.note_reference "may not be updated".
func planNote(c *change) {
	if c.Prior != nil && !c.Model.Note.IsUnknown() && c.Model.note() == c.Prior.note() {
		c.Model.Note = c.Prior.Note
		return
	}
	if c.Prior != nil {
		c.Replace = append(c.Replace, path.Root("note"))
	}
}

// warnOfMissingNote tells of a note that is not there and that no resource of this provider configuration makes. It is no error: another
// provider of the same apply may make it. Who may not read notes is told nothing.
func warnOfMissingNote(ctx context.Context, c *change) {
	same := c.Prior != nil && c.Model.Note.Equal(c.Prior.Note)
	if same || c.Diags.HasError() || c.Model.Note.IsUnknown() || c.Model.Project.IsUnknown() || c.Clients.Ready() != nil {
		return
	}
	note, err := resname.ParseNote(c.Model.note(), "")
	if err != nil || c.Walk.Comes(note.String()) {
		return
	}
	if _, err := c.Clients.Note(ctx, note); gcp.IsKind(err, gcp.KindNotFound) {
		c.Diags.AddAttributeWarning(path.Root("note"), lifecycle.About("Not checked until apply", note.String()), "Note not found: "+note.String()+" does not exist now. "+
			"If this apply makes it, refer to it instead of writing its name, so that it is made first. A short name is that of a note in the attestor's project; for one in another project, give the full name.")
	}
}
