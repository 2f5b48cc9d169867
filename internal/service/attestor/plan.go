package attestor

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

func plan(ctx context.Context, c *change) {
	lifecycle.PlanNamed(c, named)
	c.Model.Description = orEmpty(c.Config.Description)
	planNote(c)
	planKeys(ctx, c)
	notePlannedList(c)
	warnOfMissingNote(ctx, c)
	warnOfUselessKeys(ctx, c)
	if c.Prior != nil && len(c.Replace) == 0 && c.Model.ID.Equal(c.Prior.ID) && sameWish(ctx, c) {
		c.KeepPrior()
		return
	}
	c.Model.UpdateTime = types.StringUnknown()
	warnOfNoKeys(ctx, c)
	warnOfKeysThatGo(ctx, c)
	warnOfLostAttestations(ctx, c)
	if !c.Model.ID.IsUnknown() && !c.Clients.Unconfigured() {
		if c.Prior == nil && c.Walk.Holds(c.Model.ID.ValueString()) {
			guardOf(c, c.Model).Recreated(ctx, c.Diags)
		}
		guardOf(c, c.Model).KeysChange(ctx, c.Diags, plannedKeys(ctx, c))
	}
}

// orEmpty turns null into an empty text, because the API does not distinguish the two.
func orEmpty(config types.String) types.String {
	if config.IsNull() {
		return types.StringValue("")
	}
	return config
}

// planKeys computes the known parts of each key. Without a list, the keys are not managed and stay
// unchanged.
func planKeys(ctx context.Context, c *change) {
	if c.Config.PublicKeys.IsNull() {
		c.Model.PublicKeys = types.ListUnknown(keyType)
		return
	}
	keys, known := configKeys(ctx, c.Config, c.Diags)
	if !known {
		return
	}
	p := keyPlan{clients: c.Clients, diags: c.Diags, trusted: recallKeys(ctx, c.Memory)}
	if c.Prior != nil {
		p.prior = c.Prior.keys(ctx, c.Diags)
	}
	for i := range keys {
		p.complete(ctx, &keys[i], inList(i))
	}
	refuseDuplicates(keys, c.Diags)
	c.Model.setKeys(keys, c.Diags)
}

// configKeys returns the configured keys; known is false if the list or an element is unknown.
func configKeys(ctx context.Context, m *model, diags *diag.Diagnostics) (keys []keyModel, known bool) {
	if m.PublicKeys.IsUnknown() {
		return nil, false
	}
	for _, element := range m.PublicKeys.Elements() {
		if element.IsUnknown() {
			return nil, false
		}
	}
	return m.keys(ctx, diags), true
}

// samePGP reports whether o has the same PGP text, so that its id from the service can be reused.
func (k *keyModel) samePGP(o keyModel) bool {
	return !k.PGP.IsNull() && !o.PGP.IsNull() && !k.armored().IsUnknown() &&
		attest.EqualPGP(k.armored().ValueString(), o.armored().ValueString())
}

// computedID returns the id given by the service, or by this provider for a Cloud KMS key. It is
// unknown for an unknown key, and for a PGP text with several keys: only the service knows the
// counting one.
func (k *keyModel) computedID() types.String {
	unknown := types.StringUnknown()
	switch {
	case k.KMSKeyVersion.IsUnknown():
		return unknown
	case !k.KMSKeyVersion.IsNull():
		if version, err := resname.ParseKMSKeyVersion(k.KMSKeyVersion.ValueString()); err == nil {
			return types.StringValue(version.KeyID())
		}
	case !k.PGP.IsNull():
		if key, err := attest.ParsePGP(k.armored().ValueString()); err == nil && !k.armored().IsUnknown() && !key.Several() {
			return types.StringValue(key.Fingerprint())
		}
	default:
		if key, err := attest.ParsePKIX(k.pem().ValueString()); err == nil && !k.pem().IsUnknown() {
			return types.StringValue(key.ID())
		}
	}
	return unknown
}

// refuseDuplicates reports keys with the id of an earlier key.
func refuseDuplicates(keys []keyModel, diags *diag.Diagnostics) {
	seen := map[string]int{}
	for i, k := range keys {
		if k.ID.IsUnknown() {
			continue
		}
		if first, ok := seen[k.ID.ValueString()]; ok {
			diags.AddAttributeError(path.Root("public_keys").AtListIndex(i), "Duplicate public key",
				"Keys "+ordinal(first)+" and "+ordinal(i)+" both have the id "+k.ID.ValueString()+
					". An attestation names its key by the id, so each id can appear only once. Remove one key, or "+
					"set another id for a PKIX key.")
			continue
		}
		seen[k.ID.ValueString()] = i
	}
}
