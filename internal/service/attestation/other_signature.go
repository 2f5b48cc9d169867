package attestation

import (
	"context"
	"encoding/base64"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// signer are the attributes that say whose signature of an attestation is meant.
var signer = path.Paths{path.Root("kms_key_version"), path.Root("signature"), path.Root("public_key_id")}

// showsAnother plans that the state shows another signature of the attestation than before: there can be several, and an import shows the
// first. It reports false if there is none of the key that is asked for, which then is another attestation.
func showsAnother(ctx context.Context, c *change) bool {
	if slices.ContainsFunc(c.Replace, func(p path.Path) bool { return !slices.ContainsFunc(signer, p.Equal) }) {
		return false
	}
	m := *c.Prior
	m.Project, m.Attestor, m.Image, m.KMSKeyVersion, m.PublicKeyID, m.Signature = c.Model.Project, c.Model.Attestor, c.Model.Image, c.Model.KMSKeyVersion, c.Config.PublicKeyID, c.Config.Signature
	if !m.complete() || c.Prior.Note.IsNull() || c.Clients.Ready() != nil {
		return false
	}
	r, err := m.toAPI()
	if err != nil {
		return false
	}
	key, _, err := resolve(ctx, c.Clients, r)
	if err != nil {
		return false
	}
	o, err := c.Clients.AttestationOf(ctx, c.Prior.Note.ValueString(), c.Prior.ID.ValueString())
	if err != nil {
		return false
	}
	signature := signatureOf(o, r, key)
	if signature == nil {
		return false
	}
	m.PublicKeyID = types.StringValue(key.ID)
	if m.Signature.IsNull() {
		m.Signature = types.StringValue(base64.StdEncoding.EncodeToString(signature))
	}
	*c.Model = m
	return true
}
