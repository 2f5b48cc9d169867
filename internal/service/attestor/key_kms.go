package attestor

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// resolveSingle fills in a key of Cloud KMS that the plan could not look up, or holds it against what Cloud KMS says, and remembers what
// it is. One that stays as it is needs no answer of Cloud KMS.
func resolveSingle(ctx context.Context, c *singleChange, k *keyModel) error {
	kept := trustedKeys{}
	if k.KMSKeyVersion.ValueString() != "" {
		err := k.resolve(ctx, c.Clients, recallKeys(ctx, c.Memory), kept)
		stays := c.Prior != nil && slices.ContainsFunc([]keyModel{c.Prior.key()}, k.staysAs)
		if err != nil && !(ofGoogle(err) && stays) {
			return &lifecycle.AttributeError{Path: path.Root("kms_key_version"), Err: err}
		}
	}
	if k.ID.IsUnknown() {
		k.ID = k.computedID()
	}
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfKeys, kept)...)
	return nil
}

// learnSingle remembers a key of Cloud KMS that a read met for the first time, as after an import.
func learnSingle(ctx context.Context, c *singleChange) {
	trusted := recallKeys(ctx, c.Memory)
	if trusted.meet(ctx, c.Clients, c.Model.KMSKeyVersion) {
		c.Diags.Append(c.Memory.Remember(ctx, memoryOfKeys, trusted)...)
	}
}
