package attestor

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// resolveSingle looks up a Cloud KMS key left unknown by the plan, or compares a known one with
// Cloud KMS, and remembers the result. An unchanged key needs no answer from Cloud KMS.
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

// learnSingle remembers a Cloud KMS key at its first read, such as after an import.
func learnSingle(ctx context.Context, c *singleChange) {
	trusted := recallKeys(ctx, c.Memory)
	if trusted.meet(ctx, c.Clients, c.Model.KMSKeyVersion) {
		c.Diags.Append(c.Memory.Remember(ctx, memoryOfKeys, trusted)...)
	}
}
