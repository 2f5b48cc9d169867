package attestation

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// changed returns the attributes that require a new attestation.
func changed(ctx context.Context, c *change) path.Paths {
	var paths path.Paths
	for _, a := range []struct {
		name string
		same bool
	}{
		{"attestor", sameAttestor(c)},
		{"image", c.Model.Image.Equal(c.Prior.Image)},
		{"kms_key_version", sameVersion(ctx, c)},
		{"signature", c.Config.Signature.IsNull() || sameSignature(c.Config.Signature, c.Prior.Signature)},
		{"public_key_id", c.Config.PublicKeyID.IsNull() || c.Config.PublicKeyID.Equal(c.Prior.PublicKeyID)},
		{"serialized_payload", c.Config.SerializedPayload.IsNull() || samePayload(c)},
	} {
		if !a.same {
			paths = append(paths, path.Root(a.name))
		}
	}
	return paths
}

// sameAttestor compares full names. After an import, the attestor can be null; then the configured
// one is accepted.
func sameAttestor(c *change) bool {
	if c.Model.Attestor.IsUnknown() || c.Model.Project.IsUnknown() {
		return false
	}
	if c.Prior.Attestor.IsNull() {
		return true
	}
	plan, err := c.Model.attestor()
	if err != nil {
		return false
	}
	prior, err := c.Prior.attestor()
	return err == nil && plan == prior
}

// sameVersion reports whether the shown signature is one of the configured key. For an imported
// attestation, it compares the attestor's id of the key.
func sameVersion(ctx context.Context, c *change) bool {
	want, have := c.Config.KMSKeyVersion, c.Prior.KMSKeyVersion
	switch {
	case want.IsUnknown():
		return false
	case want.IsNull():
		return true // the configured signature decides
	case have.IsNull():
		return importedWith(ctx, c)
	}
	return sameKMSName(want, have)
}

func importedWith(ctx context.Context, c *change) bool {
	wanted := *c.Model
	wanted.SerializedPayload, wanted.PublicKeyID = c.Prior.SerializedPayload, types.StringUnknown()
	return planKey(ctx, c.Clients, c.Walk, &wanted, new(diag.Diagnostics)) == nil && wanted.PublicKeyID.Equal(c.Prior.PublicKeyID)
}

// samePayload compares payloads. Beside the existing signature, the same JSON in another spelling
// is equal, because Terraform writes it so in the generated configuration of an import.
func samePayload(c *change) bool {
	want, have := c.Config.SerializedPayload, c.Prior.SerializedPayload
	if want.Equal(have) {
		return true
	}
	var x, y any
	return !want.IsUnknown() && !c.Config.Signature.IsNull() && sameSignature(c.Config.Signature, c.Prior.Signature) &&
		json.Unmarshal([]byte(want.ValueString()), &x) == nil && json.Unmarshal([]byte(have.ValueString()), &y) == nil &&
		reflect.DeepEqual(x, y)
}

func sameKMSName(a, b types.String) bool {
	x, errX := resname.ParseKMSKeyVersion(a.ValueString())
	y, errY := resname.ParseKMSKeyVersion(b.ValueString())
	return errX == nil && errY == nil && x == y
}

func sameSignature(a, b types.String) bool {
	x, errX := decoded(a)
	y, errY := decoded(b)
	return !a.IsUnknown() && errX == nil && errY == nil && bytes.Equal(x, y)
}
