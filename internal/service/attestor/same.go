package attestor

import (
	"context"
	"slices"
	"strconv"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// sameWish reports whether plan and state ask the API for the same, ignoring the order of keys and
// the layout of their texts.
func sameWish(ctx context.Context, c *change) bool {
	if c.Model.Description.IsUnknown() || c.Model.Description.ValueString() != c.Prior.Description.ValueString() {
		return false
	}
	if c.Config != nil && c.Config.PublicKeys.IsNull() {
		return true // unmanaged keys
	}
	_, known := configKeys(ctx, c.Model, c.Diags)
	return known && sameKeys(c.Model.keys(ctx, c.Diags), c.Prior.keys(ctx, c.Diags))
}

func sameKeys(a, b []keyModel) bool {
	if len(a) != len(b) {
		return false
	}
	for _, k := range a {
		if !slices.ContainsFunc(b, k.same) {
			return false
		}
	}
	return true
}

// same compares two keys by their meaning to the API. Unknown values are different.
func (k *keyModel) same(o keyModel) bool {
	if k.ID.IsUnknown() || k.Comment.IsUnknown() || k.PKIX.IsUnknown() || k.PGP.IsUnknown() {
		return false
	}
	if k.ID.ValueString() != o.ID.ValueString() || k.Comment.ValueString() != o.Comment.ValueString() || k.PGP.IsNull() != o.PGP.IsNull() {
		return false
	}
	if !k.PGP.IsNull() {
		return attest.EqualPGP(k.armored().ValueString(), o.armored().ValueString())
	}
	return attest.EqualPEM(k.pem().ValueString(), o.pem().ValueString()) &&
		sameAlgorithm(k.algorithm().ValueString(), o.algorithm().ValueString())
}

// ordinal counts from one.
func ordinal(i int) string { return "number " + strconv.Itoa(i+1) }
