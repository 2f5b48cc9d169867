package attestor

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// planKeyDelete warns about the effects of a key's removal: its destroy, or its replacement under
// another id.
func planKeyDelete(ctx context.Context, c *singleChange) {
	if c.Clients.Unconfigured() {
		return
	}
	name, leaves := c.Prior.name(), walk.Key{Attestor: c.Prior.name().String(), ID: c.Prior.KeyID.ValueString(), Leaves: true}
	if guardOfKey(c, name).KeyChanges(ctx, c.Diags, leaves) {
		refuseBoth(c.Diags, path.Empty(), name.String(), leaves)
	}
	live, err := c.Clients.SharedAttestor(ctx, name)
	if err != nil {
		return // the destroy reports the error
	}
	var becomes *keyModel
	if c.Model != nil && c.Model.Attestor.Equal(c.Prior.Attestor) {
		k := c.Model.key()
		becomes = &k
	}
	warnOfLostSignatures(ctx, c, live, becomes)
	warnOfLastKey(ctx, c, live)
}

// staying returns the keys of an attestor without those already planned to leave.
func staying(c *singleChange, live *gcp.Attestor) []keyModel {
	keys := keysFromAPI(keysOf(live), nil)
	for _, planned := range c.Walk.Keys(live.GetName()) {
		if planned.Leaves {
			keys = slices.DeleteFunc(keys, func(k keyModel) bool { return k.ID.ValueString() == planned.ID })
		}
	}
	return keys
}

// warnOfLostSignatures counts the attestations verified only by leaving keys. becomes replaces the
// key; nil means nothing does.
func warnOfLostSignatures(ctx context.Context, c *singleChange, live *gcp.Attestor, becomes *keyModel) {
	keys := rotation{before: keysFromAPI(keysOf(live), nil), after: staying(c, live)}
	if becomes != nil {
		keys.after = slices.DeleteFunc(keys.after, func(k keyModel) bool { return k.ID.Equal(becomes.ID) })
		keys.after = append(keys.after, *becomes)
	}
	if !keys.leave() {
		return
	}
	name := live.GetName()
	occurrences := attestationsOn(ctx, c.Clients, c.Diags, noteOf(live), name, "A key is removed from "+name)
	if lost, images := keys.lost(occurrences); len(images) > 0 {
		c.Diags.AddWarning(lifecycle.About("Attestations lose their only key", name), lostDetail(name, lost, images))
	}
}

func noteOf(a *gcp.Attestor) string { return a.GetUserOwnedGrafeasNote().GetNoteReference() }

// warnOfLastKey warns if an attestor has no keys after the removals of this plan. A planned new key
// does not count, because it may come later, unless it replaces the old one with
// create_before_destroy.
func warnOfLastKey(ctx context.Context, c *singleChange, live *gcp.Attestor) {
	if len(keysOf(live)) == 0 || len(staying(c, live)) > 0 {
		return
	}
	rules, err := guardOfKey(c, c.Prior.name()).Blocked(ctx)
	summary, detail := lastKeyOf(rules, err)
	c.Diags.AddWarning(lifecycle.About(summary, live.GetName()), detail+fmt.Sprintf(
		"\nIf this plan adds another key, add it first: set create_before_destroy = true in the lifecycle block of "+
			"the replaced key, or add the new key in an earlier apply. The removed key is %s.", c.Prior.KeyID.ValueString()))
}
