package attestation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// warnUnverifiable warns if the attestation proves nothing any more: one signature that verifies is enough, whichever the state shows. Who
// may not read the attestor is told nothing.
func warnUnverifiable(ctx context.Context, c *change, o *gcp.Occurrence) {
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
		if err := gcp.Proven(gcp.Keyring(attestor), o.GetAttestation(), gcp.DigestOf(o)); err != nil {
			warn(c, "public_key_id", err.Error())
		}
	}
}

func warn(c *change, attribute, why string) {
	c.Diags.AddAttributeWarning(path.Root(attribute), lifecycle.About("Attestation no longer verifiable", c.Model.title()),
		c.Model.title()+" does not prove any more that "+c.Model.Image.ValueString()+" is attested by "+c.Model.Attestor.ValueString()+": "+why)
}
