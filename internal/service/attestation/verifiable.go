package attestation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// warnUnverifiable warns if no signature of the attestation verifies. One valid signature is
// enough, also if the state shows another. If the attestor cannot be read, there is no warning.
func warnUnverifiable(ctx context.Context, c *change, o *gcp.Occurrence) {
	name, err := c.Model.attestor()
	if err != nil {
		return
	}
	attestor, err := c.Clients.SharedAttestor(ctx, name)
	switch {
	case gcp.IsKind(err, gcp.KindNotFound):
		warn(c, "attestor", name.String()+" does not exist any more.")
	case err != nil:
		return
	case attestor.GetUserOwnedGrafeasNote().GetNoteReference() != c.Model.Note.ValueString():
		warn(c, "attestor", name.String()+" reads attestations from "+attestor.GetUserOwnedGrafeasNote().GetNoteReference()+
			", but this attestation is on "+c.Model.Note.ValueString()+".")
	default:
		if err := gcp.Proven(gcp.Keyring(attestor), o.GetAttestation(), gcp.DigestOf(o)); err != nil {
			warn(c, "public_key_id", err.Error())
		}
	}
}

func warn(c *change, attribute, why string) {
	c.Diags.AddAttributeWarning(path.Root(attribute), lifecycle.About("Attestation no longer verifiable", c.Model.title()),
		c.Model.title()+" no longer proves that "+c.Model.Image.ValueString()+" is attested by "+c.Model.Attestor.ValueString()+": "+why)
}
