package attestation

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// warnUnverifiable warns if the attestation proves nothing any more. Who may not read the attestor is told nothing.
func warnUnverifiable(ctx context.Context, c *change) {
	name, err := c.Model.attestor()
	if err != nil {
		return
	}
	attestor, err := c.Clients.SharedAttestor(ctx, name)
	switch {
	case gcp.IsKind(err, gcp.KindNotFound):
		warn(c, "attestor", name.String()+" is not there any more.")
	case err != nil:
		return
	case attestor.GetUserOwnedGrafeasNote().GetNoteReference() != c.Model.Note.ValueString():
		warn(c, "attestor", name.String()+" reads attestations from "+attestor.GetUserOwnedGrafeasNote().GetNoteReference()+", this one is on "+c.Model.Note.ValueString()+".")
	default:
		if err := verifies(c.Model, attestor); err != nil {
			warn(c, "public_key_id", err.Error())
		}
	}
}

func verifies(m *model, attestor *gcp.Attestor) error {
	signature, err := decoded(m.Signature)
	if err != nil {
		return err
	}
	_, digest, _ := strings.Cut(m.Image.ValueString(), "@")
	return gcp.Keyring(attestor).Verify([]byte(m.SerializedPayload.ValueString()), m.PublicKeyID.ValueString(), signature, digest)
}

func warn(c *change, attribute, why string) {
	c.Diags.AddAttributeWarning(path.Root(attribute), lifecycle.About("Attestation no longer verifiable", c.Model.title()),
		c.Model.title()+" does not prove any more that "+c.Model.Image.ValueString()+" is attested by "+c.Model.Attestor.ValueString()+": "+why)
}
