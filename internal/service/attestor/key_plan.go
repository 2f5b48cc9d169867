package attestor

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

func planSingle(ctx context.Context, c *singleChange) {
	name, known := planPlace(c)
	k := c.Config.key()
	p := keyPlan{clients: c.Clients, diags: c.Diags, trusted: recallKeys(ctx, c.Memory)}
	if c.Prior != nil {
		p.prior = []keyModel{c.Prior.key()}
	}
	p.complete(ctx, &k, alone)
	c.Model.setKey(k)
	c.Model.ID = types.StringUnknown()
	if known && !k.ID.IsUnknown() {
		c.Model.ID = types.StringValue(walk.Key{Attestor: name.String(), ID: k.ID.ValueString()}.Resource())
	}
	replaceOther(c, name, known)
	warnOfUselessKey(c, &k)
	if c.Diags.HasError() {
		return
	}
	stays := c.Prior != nil && len(c.Replace) == 0 && k.same(c.Prior.key())
	if stays {
		c.KeepPrior()
	}
	if known && !c.Clients.Unconfigured() {
		judgeSingle(ctx, c, name, stays)
	}
}

// replaceOther plans a replacement for another attestor or another id, also if either is unknown.
func replaceOther(c *singleChange, name resname.Attestor, known bool) {
	if c.Prior == nil {
		return
	}
	if !known || name != c.Prior.name() {
		c.Replace = append(c.Replace, path.Root("attestor"), path.Root("project"), path.Root("id"))
	} else if c.Walk.Replaces(name.String()) { // a replaced attestor loses its keys
		c.Model.ID = types.StringUnknown()
		c.Replace = append(c.Replace, path.Root("id"))
	}
	if !c.Model.KeyID.Equal(c.Prior.KeyID) {
		c.Replace = append(c.Replace, path.Root("key_id"), path.Root("id"))
	}
}

func warnOfUselessKey(c *singleChange, k *keyModel) {
	for _, key := range keyring([]keyModel{*k}) {
		if summary, detail := uselessness(key, time.Now()); summary != "" {
			c.Diags.AddWarning(lifecycle.About(summary, key.ID), detail)
		}
	}
}

// guardOfKey guards the policies that require the attestor of a key.
func guardOfKey(c *singleChange, name resname.Attestor) guard.Attestor {
	return guard.Attestor{Clients: c.Clients, Walk: c.Walk, Name: name.String(), Project: name.Project}
}

// judgeSingle checks the plan of a key against the live attestor and the rest of the plan.
func judgeSingle(ctx context.Context, c *singleChange, name resname.Attestor, stays bool) {
	planned := walk.Key{Attestor: name.String(), ID: c.Model.KeyID.ValueString()}
	for _, key := range keyring([]keyModel{c.Model.key()}) {
		planned.Key = &key
	}
	if guardOfKey(c, name).KeyChanges(ctx, c.Diags, planned) {
		refuseBoth(c.Diags, path.Root("attestor"), name.String(), planned)
	}
	if stays || c.Prior != nil && c.Walk.Replaces(name.String()) {
		return // unchanged, or on a new attestor without keys
	}
	live, err := c.Clients.SharedAttestor(ctx, name)
	switch {
	case gcp.IsKind(err, gcp.KindNotFound):
		warnOfMissingAttestor(c, name)
	case err != nil: // the apply reports it
	default:
		judgeLive(ctx, c, live)
	}
}

// warnOfMissingAttestor warns about a missing attestor without a planned create in this provider
// configuration.
func warnOfMissingAttestor(c *singleChange, name resname.Attestor) {
	if !c.Walk.Comes(name.String()) {
		c.Diags.AddAttributeWarning(path.Root("attestor"), lifecycle.About("Not checked until apply", name.String()),
			"Attestor not found: "+name.String()+
				" does not exist. If this apply creates it, use a reference instead of its name, so that Terraform creates it first.")
	}
}

func judgeLive(ctx context.Context, c *singleChange, live *gcp.Attestor) {
	k := c.Model.key()
	i := indexOf(live, &k)
	switch {
	case c.Prior != nil && len(c.Replace) == 0:
		warnOfLostSignatures(ctx, c, live, &k) // another text under the same id
	case i >= 0 && !c.Walk.Holds(c.Model.ID.ValueString()):
		c.Diags.AddAttributeError(path.Root("attestor"),
			"Attestor already has the key", lifecycle.ExistsAlready("binauthz_attestor_key", resourceAt(live, i)))
	case i < 0 && len(keysOf(live)) >= gcp.MostKeys:
		c.Diags.AddAttributeWarning(path.Root("attestor"), lifecycle.About("Attestor is full", live.GetName()), fmt.Sprintf(
			"%s has %d public keys. More than %d are refused. "+
				"Remove a key before you add this one.", live.GetName(), len(keysOf(live)), gcp.MostKeys))
	}
}
