package attestor

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// planNote keeps the spelling of an equal note in the state; another note replaces the attestor.
// Source: google.cloud.binaryauthorization.v1.UserOwnedGrafeasNote.note_reference "may not be
// updated".
func planNote(c *change) {
	if c.Prior != nil && !c.Model.Note.IsUnknown() && c.Model.note() == c.Prior.note() {
		c.Model.Note = c.Prior.Note
		return
	}
	if c.Prior != nil {
		c.Replace = append(c.Replace, path.Root("note"))
	}
}

// warnOfMissingNote warns about a missing note without a planned create in this provider
// configuration. It is no error, because another provider may create it in the same apply. Without
// permission to read notes, there is no warning.
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
		c.Diags.AddAttributeWarning(path.Root("note"), lifecycle.About("Not checked until apply", note.String()),
			"Note not found: "+note.String()+
				" does not exist. If this apply creates it, use a reference instead of its name, so that Terraform "+
				"creates it first. A short name means a note in the attestor's project; for another project, use the "+
				"full name.")
	}
}
