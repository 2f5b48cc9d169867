package attestation

import (
	"context"
	"encoding/base64"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// signer are the attributes that select one signature of an attestation.
var signer = path.Paths{path.Root("kms_key_version"), path.Root("signature"), path.Root("public_key_id")}

// showsAnother plans to show another signature of the same attestation: it can have several, and an
// import shows the first. It returns false if the attestation has no signature of the configured
// key; then a new attestation is needed.
func showsAnother(ctx context.Context, c *change) bool {
	if slices.ContainsFunc(c.Replace, func(p path.Path) bool { return !slices.ContainsFunc(signer, p.Equal) }) {
		return false
	}
	m := *c.Prior
	m.takeWritten(c.Model)
	m.PublicKeyID, m.Signature = c.Config.PublicKeyID, c.Config.Signature
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
