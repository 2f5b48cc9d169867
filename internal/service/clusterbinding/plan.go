package clusterbinding

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

func plan(ctx context.Context, c *change) {
	cluster, known := planCluster(c)
	c.Model.ID = types.StringUnknown()
	if known && !c.Config.Policy.IsUnknown() {
		c.Model.ID = types.StringValue(idOf(cluster, c.Config.Policy.ValueString()))
	}
	if c.Diags.HasError() {
		return
	}
	comes := c.Prior == nil
	if !comes {
		comes = planChange(ctx, c, cluster, known)
	}
	if !known || c.Config.Policy.IsUnknown() {
		return
	}
	planned := walk.Binding{Cluster: cluster.String(), Policy: c.Model.Policy.ValueString()}
	guard.BindingChanges(c.Walk, c.Diags, path.Root("policy"), planned)
	refuseTooMany(c, cluster)
	if comes && !c.Clients.Unconfigured() {
		judge(ctx, c, cluster)
	}
}

// planChange plans another cluster as another binding, also if it is unknown, and another policy as
// a change in place. It keeps the spelling of the same one. comes reports whether a new binding
// replaces the old one.
func planChange(ctx context.Context, c *change, cluster resname.Cluster, known bool) (comes bool) {
	was, policy, _ := c.Prior.names("")
	if !known || cluster != was {
		c.Replace = append(c.Replace, path.Root("cluster"), path.Root("id"))
		return true
	}
	c.Model.Cluster = c.Prior.Cluster
	if !samePolicy(ctx, c, cluster, policy) {
		planPolicy(ctx, c, cluster, policy)
		return false
	}
	c.Model.ID, c.Model.Policy = c.Prior.ID, c.Prior.Policy
	if c.Model.Timeouts.Equal(c.Prior.Timeouts) {
		c.KeepPrior()
	}
	return false
}

// samePolicy reports whether the configuration names the policy of the state. With the other form
// of the project, it is the same if both forms mean the same binding of the cluster.
func samePolicy(ctx context.Context, c *change, cluster resname.Cluster, policy string) bool {
	written := c.Config.Policy.ValueString()
	switch {
	case c.Config.Policy.IsUnknown() || !gcp.SameBinding(written, policy):
		return false
	case written == policy || c.Clients.Unconfigured():
		return true
	}
	live, err := c.Clients.Cluster(ctx, cluster)
	if err != nil {
		return true // the read of the binding reports the error
	}
	one, err := live.Setting.Bound(policy)
	other, errOther := live.Setting.Bound(written)
	return err == nil && errOther == nil && one == other
}

// planPolicy plans another policy for the binding. The id is unknown until then: for Terraform, the
// object stays.
func planPolicy(ctx context.Context, c *change, cluster resname.Cluster, policy string) {
	c.Model.ID = types.StringUnknown()
	if c.Config.Policy.IsUnknown() || respelled(ctx, c, cluster, policy) {
		return
	}
	c.Walk.PlanBinding(walk.Binding{Cluster: cluster.String(), Policy: policy, Leaves: true})
	guard.WarnOfUnbinding(c.Diags, path.Root("policy"), cluster.String(), []string{policy})
	warnOfBound(ctx, c, cluster)
}

// respelled is renamed with the current cluster. Without it, the apply decides.
func respelled(ctx context.Context, c *change, cluster resname.Cluster, policy string) bool {
	written := c.Config.Policy.ValueString()
	if !gcp.SameBinding(written, policy) {
		return false
	}
	if c.Clients.Unconfigured() {
		return true
	}
	live, err := c.Clients.Cluster(ctx, cluster)
	return err != nil || renamed(live.Setting, policy, written)
}

// warnOfBound warns about a new policy that is bound already. It is no error, because another
// resource may unbind it in the same apply.
func warnOfBound(ctx context.Context, c *change, cluster resname.Cluster) {
	id := idOf(cluster, c.Config.Policy.ValueString())
	if c.Clients.Unconfigured() || c.Walk.Holds(id) {
		return
	}
	if live, err := c.Clients.Cluster(ctx, cluster); err == nil && live.Setting.Binds(c.Config.Policy.ValueString()) {
		c.Diags.AddAttributeWarning(path.Root("policy"), lifecycle.About("Policy is already bound", id),
			"The apply fails unless another resource unbinds this policy in the same apply. "+
				lifecycle.ExistsAlready("binauthz_cluster_policy_binding", id))
	}
}

// planCluster returns the configured cluster; known is false if it is unknown.
func planCluster(c *change) (cluster resname.Cluster, known bool) {
	if c.Config.Cluster.IsUnknown() {
		return cluster, false
	}
	cluster, err := resname.ParseCluster(c.Config.Cluster.ValueString(), c.Clients.Project())
	switch {
	case err == nil:
		return cluster, true
	case c.Clients.Unconfigured():
		return cluster, false // the provider's project is unknown
	}
	c.Diags.AddAttributeError(path.Root("cluster"), "Invalid cluster", err.Error())
	return cluster, false
}

// judge checks a new binding against the live cluster. If it cannot be read, the apply checks.
func judge(ctx context.Context, c *change, cluster resname.Cluster) {
	live, err := c.Clients.Cluster(ctx, cluster)
	if err != nil {
		return
	}
	if refuseBound(c, live) {
		return
	}
	if settings, planned := c.Walk.Settings(cluster.String()); !live.Setting.Enforces() && !(planned && settings.Enforces) {
		guard.WarnOfAudit(c.Diags, path.Root("policy"), cluster.String())
	}
	warnOfFull(c, live)
}

// refuseBound refuses a new binding of a policy that is bound already, or that can be one of
// several.
func refuseBound(c *change, live *gcp.Cluster) bool {
	id, policy := c.Model.ID.ValueString(), c.Model.Policy.ValueString()
	bound, err := live.Setting.Bound(policy)
	switch {
	case err != nil:
		c.Diags.AddAttributeError(path.Root("policy"), "Policy binding is ambiguous", lifecycle.Words(err))
	case bound != "" && !c.Walk.Holds(id):
		c.Diags.AddAttributeError(path.Root("policy"), "Policy is already bound",
			lifecycle.ExistsAlready("binauthz_cluster_policy_binding", id)+otherForm("\n\n", policy, bound))
	default:
		return false
	}
	return true
}

// refuseTooMany refuses more bindings in this configuration than a cluster can have. Bindings of
// others are not counted: they may leave.
func refuseTooMany(c *change, cluster resname.Cluster) {
	coming := 0
	for _, b := range c.Walk.Bindings(cluster.String()) {
		if !b.Leaves {
			coming++
		}
	}
	if coming > gcp.MostBindings {
		c.Diags.AddAttributeError(path.Root("policy"), "Too many policy bindings", fmt.Sprintf(
			"%s can have at most %d policy bindings, and this configuration has %d binding resources for it. "+
				"Remove one, or combine the checks of several platform policies in one.", cluster, gcp.MostBindings, coming))
	}
}

// warnOfFull warns about a cluster without room for the binding. It is no error, because other
// bindings may leave in the same plan.
func warnOfFull(c *change, live *gcp.Cluster) {
	after := live.Setting.Bindings
	var coming []string
	for _, b := range c.Walk.Bindings(live.Name.String()) {
		if b.Leaves {
			after = gcp.Unbound(after, []string{b.Policy})
		} else {
			coming = append(coming, b.Policy)
		}
	}
	if n := len(after) + len(gcp.Unbound(coming, after)); n > gcp.MostBindings {
		c.Diags.AddAttributeWarning(path.Root("policy"), lifecycle.About(
			"Cluster has no room for the binding", live.Name.String()), fmt.Sprintf(
			"%s would have %d policy bindings, including those of others. GKE accepts at most %d. The apply fails "+
				"unless other bindings are removed in the same apply or before.", live.Name, n, gcp.MostBindings))
	}
}
