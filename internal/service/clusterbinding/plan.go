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
	stays := c.Prior != nil && keepOrReplace(c, cluster, known)
	if c.Model.ID.IsUnknown() {
		return
	}
	planned := walk.Binding{Cluster: cluster.String(), Policy: c.Model.Policy.ValueString()}
	guard.BindingChanges(c.Walk, c.Diags, path.Root("policy"), planned)
	refuseTooMany(c, cluster)
	if !stays && !c.Clients.Unconfigured() {
		judge(ctx, c, cluster)
	}
}

// keepOrReplace plans another cluster or policy as another binding, and keeps the spelling of the same one. What is not known yet may be
// another.
func keepOrReplace(c *change, cluster resname.Cluster, known bool) (stays bool) {
	was, policy, _ := c.Prior.names("")
	if !known || cluster != was {
		c.Replace = append(c.Replace, path.Root("cluster"), path.Root("id"))
	}
	if c.Config.Policy.IsUnknown() || !gcp.SameBinding(c.Config.Policy.ValueString(), policy) {
		c.Replace = append(c.Replace, path.Root("policy"), path.Root("id"))
	}
	if len(c.Replace) > 0 {
		return false
	}
	c.Model.ID, c.Model.Cluster, c.Model.Policy = c.Prior.ID, c.Prior.Cluster, c.Prior.Policy
	if c.Model.Timeouts.Equal(c.Prior.Timeouts) {
		c.KeepPrior()
	}
	return true
}

// planCluster is the cluster that is named; known is false while it is not.
func planCluster(c *change) (cluster resname.Cluster, known bool) {
	if c.Config.Cluster.IsUnknown() {
		return cluster, false
	}
	cluster, err := resname.ParseCluster(c.Config.Cluster.ValueString(), c.Clients.Project())
	switch {
	case err == nil:
		return cluster, true
	case c.Clients.Unconfigured():
		return cluster, false // the provider's project is not known yet
	}
	c.Diags.AddAttributeError(path.Root("cluster"), "Invalid cluster", err.Error())
	return cluster, false
}

// judge holds a new binding against the cluster as it is. What cannot be read, the apply finds out.
func judge(ctx context.Context, c *change, cluster resname.Cluster) {
	live, err := c.Clients.Cluster(ctx, cluster)
	if err != nil {
		return
	}
	policy := c.Model.Policy.ValueString()
	if live.Setting.Binds(policy) && !c.Walk.Holds(c.Model.ID.ValueString()) {
		c.Diags.AddAttributeError(path.Root("policy"), "Policy is bound "+
			"already", lifecycle.ExistsAlready("binauthz_cluster_policy_binding", c.Model.ID.ValueString()))
		return
	}
	if settings, planned := c.Walk.Settings(cluster.String()); !live.Setting.Enforces() && !(planned && settings.Enforces) {
		guard.WarnOfAudit(c.Diags, path.Root("policy"), cluster.String())
	}
	warnOfFull(c, live)
}

// refuseTooMany refuses more bindings by resources of this configuration than a cluster can have. Whether those of others stay is theirs.
func refuseTooMany(c *change, cluster resname.Cluster) {
	coming := 0
	for _, b := range c.Walk.Bindings(cluster.String()) {
		if !b.Leaves {
			coming++
		}
	}
	if coming > gcp.MostBindings {
		c.Diags.AddAttributeError(path.Root("policy"), "Too many policy bindings", fmt.Sprintf("%s can have %d policy bindings at "+
			"most, and this configuration has %d of them in resources of their own. "+
			"Remove one, or put the checks of several platform policies into one.", cluster, gcp.MostBindings, coming))
	}
}

// warnOfFull warns of a cluster that has no room, unless a binding leaves it first. Which ones leave, the rest of the plan decides.
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
		c.Diags.AddAttributeWarning(path.Root("policy"), lifecycle.About("Cluster has no room for the "+
			"binding", live.Name.String()), fmt.Sprintf(
			"%s would have %d policy bindings, with those that others keep, and GKE takes %d at most. The apply fails unless some "+
				"leave with it or before.", live.Name, n, gcp.MostBindings))
	}
}
