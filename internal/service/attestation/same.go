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

// changed are the attributes that ask for another attestation than the one that is there.
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

// sameAttestor compares full names. An import does not always find out whose attestation it is: then the user says it.
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

// sameVersion says whether the signature that is there is one of the key that is asked for. What came by an import is told by
// the attestor's id of the key.
func sameVersion(ctx context.Context, c *change) bool {
	want, have := c.Config.KMSKeyVersion, c.Prior.KMSKeyVersion
	switch {
	case want.IsUnknown():
		return false
	case want.IsNull():
		return true // the signature that is given instead tells
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

// samePayload takes a payload for the one that is there also if it is the same JSON in other words, but only beside the signature
// that is there: Terraform writes it so when it generates the configuration for an import.
func samePayload(c *change) bool {
	want, have := c.Config.SerializedPayload, c.Prior.SerializedPayload
	if want.Equal(have) {
		return true
	}
	var x, y any
	return !want.IsUnknown() && !c.Config.Signature.IsNull() && sameSignature(c.Config.Signature, c.Prior.Signature) &&
		json.Unmarshal([]byte(want.ValueString()), &x) == nil && json.Unmarshal([]byte(have.ValueString()), &y) == nil && reflect.DeepEqual(x, y)
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
