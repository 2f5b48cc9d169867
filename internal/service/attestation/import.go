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

// completeImport finds values missing in the API object: the attestor, and the Cloud KMS name of
// its key.
func completeImport(ctx context.Context, c *change, o *gcp.Occurrence) {
	if !c.Model.Attestor.IsNull() {
		return
	}
	_ = c.Model.completeImport(o, func(project string) (map[string]*gcp.Attestor, error) { return c.Clients.Attestors(ctx, project) })
}

// completeImport sets the attestor if exactly one of attestorsOf has a key that verifies the
// attestation. With none or several, the attestor stays null. The error is the one of attestorsOf.
func (m *model) completeImport(o *gcp.Occurrence, attestorsOf func(project string) (map[string]*gcp.Attestor, error)) error {
	note, err := resname.ParseNote(m.Note.ValueString(), "")
	if err != nil {
		return err
	}
	if version, err := resname.ParseKMSKeyVersion(m.PublicKeyID.ValueString()); err == nil {
		m.KMSKeyVersion = types.StringValue(version.String())
	}
	all, err := attestorsOf(note.Project)
	if err != nil {
		return err
	}
	var by []string
	for name, attestor := range all {
		if verifies(attestor, o) {
			by = append(by, name)
		}
	}
	if len(by) == 1 {
		m.Attestor = types.StringValue(by[0])
	}
	return nil
}

// verifies reports whether the attestation is on the attestor's note and one of its keys verifies
// it.
func verifies(attestor *gcp.Attestor, o *gcp.Occurrence) bool {
	return attestor.GetUserOwnedGrafeasNote().GetNoteReference() == o.GetNoteName() &&
		gcp.Proven(gcp.Keyring(attestor), o.GetAttestation(), gcp.DigestOf(o)) == nil
}
