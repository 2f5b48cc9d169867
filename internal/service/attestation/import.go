package attestation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

func parse(id, project string) (map[string]string, error) {
	name, err := resname.ParseOccurrence(id, project)
	return map[string]string{"id": name.String(), "project": name.Project, "name": name.ID}, err
}

// completeImport finds out what an attestation does not say of itself: whose it is, and that its key is one of Cloud KMS.
func completeImport(ctx context.Context, c *change, o *gcp.Occurrence) {
	m := c.Model
	if !m.Attestor.IsNull() {
		return
	}
	note, err := resname.ParseNote(m.Note.ValueString(), "")
	if err != nil {
		return
	}
	if version, err := resname.ParseKMSKeyVersion(m.PublicKeyID.ValueString()); err == nil {
		m.KMSKeyVersion = types.StringValue(version.String())
	}
	all, err := c.Clients.Attestors(ctx, note.Project)
	if err != nil {
		return
	}
	var on []string
	for name, attestor := range all {
		if attestor.GetUserOwnedGrafeasNote().GetNoteReference() == m.Note.ValueString() && gcp.Proven(gcp.Keyring(attestor), o.GetAttestation(), gcp.DigestOf(o)) == nil {
			on = append(on, name)
		}
	}
	if len(on) == 1 {
		m.Attestor = types.StringValue(on[0])
	}
}
