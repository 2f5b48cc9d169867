package attestor

import (
	"context"
	"slices"
	"strconv"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// sameWish says whether plan and state ask the same of the API, whatever the order of the keys and the layout of their texts.
func sameWish(ctx context.Context, c *change) bool {
	if c.Model.Description.IsUnknown() || c.Model.Description.ValueString() != c.Prior.Description.ValueString() {
		return false
	}
	if c.Config != nil && c.Config.PublicKeys.IsNull() {
		return true // the keys are not managed here
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

// same compares two keys as the API would see them. Anything not yet known makes them different.
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
	return attest.EqualPEM(k.pem().ValueString(), o.pem().ValueString()) && sameAlgorithm(k.algorithm().ValueString(), o.algorithm().ValueString())
}

// ordinal counts keys as people do.
func ordinal(i int) string { return "number " + strconv.Itoa(i+1) }
