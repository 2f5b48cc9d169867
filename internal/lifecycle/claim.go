package lifecycle

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// Old is the object in the state that has the id of the one to be made, nil if this run has none: Prior is what it is, Memory what it
// remembers. The plan is then half of a replacement, whose other half destroys it.
func (c *Change[M]) Old(id string) *Change[M] {
	if c.Clients == nil {
		return nil
	}
	old, _ := c.Clients.Claims(id).Old().(*Change[M])
	return old
}

// claim notes what the plan does with which object, and compares that with what the other resources of the run do.
func (r *Resource[M]) claim(c *Change[M], req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.clients == nil {
		return
	}
	had, gets := id(req.State.Raw), id(resp.Plan.Raw)
	claim := gcp.Claim{Stage: gcp.Keeping, Wish: req.Config.Raw.String()}
	switch {
	case had == "" && gets == "":
		return
	case had == "":
		had, claim.Stage = gets, gcp.Coming
	case resp.Plan.Raw.IsNull(), len(c.Replace) > 0 && gets != "" && gets != had:
		claim.Stage = gcp.Leaving
	default:
		claim.By = &Change[M]{Clients: c.Clients, Prior: c.Prior, Memory: c.Memory}
	}
	before := r.clients.Claim(had, claim)
	r.compare(had, before, append(slices.Clip(before), claim), c.Diags)
}

// compare tells of what begins with the last claim, but for a renaming, which the last of those that it consists of tells.
func (r *Resource[M]) compare(id string, before, all gcp.Claims, diags *diag.Diagnostics) {
	if all.Renamed() {
		diags.AddError("Resource was renamed without a moved block", renamed(id, "binauthz_"+r.Noun))
	}
	if r.Ops.Torn != nil && all.Torn() && !before.Torn() {
		r.Ops.Torn(id, diags)
	}
	if r.Ops.Shared != nil && all.Clash() && !before.Clash() {
		r.Ops.Shared(id, diags)
	}
}

func renamed(id, kind string) string {
	return fmt.Sprintf(`This plan destroys %[1]s by one resource and makes it by another. Terraform does the two in any order: what is there would be gone or as it was before, or the second would fail after the first.

If the resource has another name, key or module now, say so, and nothing is destroyed:

  moved {
    from = %[2]s.OLD
    to   = %[2]s.NEW
  }

If several resources exchange what they manage, move each of them, or let one of them go first, in an apply of its own. If the plan shows a deposed object, a replacement with create_before_destroy has failed: take the resource out of the state (terraform state rm) and import it.`, id, kind)
}

// remember notes an object of the state, as a read has left it.
func (r *Resource[M]) remember(c *Change[M], raw tftypes.Value) {
	if name := id(raw); name != "" && r.clients != nil {
		r.clients.Claim(name, gcp.Claim{Stage: gcp.Refreshed, By: &Change[M]{Clients: c.Clients, Prior: c.Model, Memory: c.Memory}})
	}
}

// made notes an object that is there now.
func (r *Resource[M]) made(raw tftypes.Value) {
	if name := id(raw); name != "" && r.clients != nil {
		r.clients.Claim(name, gcp.Claim{Stage: gcp.Made})
	}
}

// yields reports whether another resource has the object now: with create_before_destroy, a replacement is made, or takes over what is
// there, before the old one is destroyed.
func (r *Resource[M]) yields(ctx context.Context, c *Change[M], raw tftypes.Value) bool {
	if r.clients == nil || !r.clients.LetGo(id(raw)) {
		return false
	}
	if r.Ops.Yield != nil {
		r.Ops.Yield(ctx, c)
	}
	return true
}

// WarnOfYield is for a Yield after which a destroy no longer goes back to what was there first. Terraform hands no private state from
// the old object to the new one.
func WarnOfYield(diags *diag.Diagnostics, id, first string) {
	diags.AddWarning(About("Restore is lost", id), fmt.Sprintf("%s was replaced with create_before_destroy: the new resource took it over, and nothing was undone. "+
		"Before both of them there was: %s. A destroy from now on goes back to what the new resource found, which the old one had written.", id, first))
}

// id is the attribute that every resource has, "" while it is not known.
func id(object tftypes.Value) string {
	var all map[string]tftypes.Value
	var text *string
	if object.IsNull() || object.As(&all) != nil || !all["id"].IsFullyKnown() || all["id"].As(&text) != nil || text == nil {
		return ""
	}
	return *text
}
