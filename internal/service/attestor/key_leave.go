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

// planKeyDelete warns of what the end of a key takes away: its destroy, or its replacement by one with another id.
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
		return // the destroy itself says so
	}
	var becomes *keyModel
	if c.Model != nil && c.Model.Attestor.Equal(c.Prior.Attestor) {
		k := c.Model.key()
		becomes = &k
	}
	warnOfLostSignatures(ctx, c, live, becomes)
	warnOfLastKey(ctx, c, live)
}

// staying are the keys of an attestor without those that are planned to leave so far.
func staying(c *singleChange, live *gcp.Attestor) []keyModel {
	keys := keysFromAPI(keysOf(live), nil)
	for _, planned := range c.Walk.Keys(live.GetName()) {
		if planned.Leaves {
			keys = slices.DeleteFunc(keys, func(k keyModel) bool { return k.ID.ValueString() == planned.ID })
		}
	}
	return keys
}

// warnOfLostSignatures tells how many attestations only the keys that leave can verify. becomes is what comes in the place of the key, nil
// for nothing.
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
	occurrences := attestationsOn(ctx, c.Clients, c.Diags, noteOf(live), name, "A key leaves "+name)
	if lost, images := keys.lost(occurrences); len(images) > 0 {
		c.Diags.AddWarning(lifecycle.About("Attestations lose their only key", name), lostDetail(name, lost, images))
	}
}

func noteOf(a *gcp.Attestor) string { return a.GetUserOwnedGrafeasNote().GetNoteReference() }

// warnOfLastKey tells of an attestor that has no keys once those have left that this plan takes away. What the plan adds may come later,
// unless it is a replacement that is made before the old one is destroyed.
func warnOfLastKey(ctx context.Context, c *singleChange, live *gcp.Attestor) {
	if len(keysOf(live)) == 0 || len(staying(c, live)) > 0 {
		return
	}
	rules, err := guardOfKey(c, c.Prior.name()).Blocked(ctx)
	summary, detail := lastKeyOf(rules, err)
	c.Diags.AddWarning(lifecycle.About(summary, live.GetName()), detail+fmt.Sprintf("\nIf this plan adds another key, have it there first: with create_before_destroy = true in the lifecycle block "+
		"of a key that is replaced, or by adding it in an apply before. The key that leaves is %s.", c.Prior.KeyID.ValueString()))
}
