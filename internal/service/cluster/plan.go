package cluster

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

var (
	atMode     = path.Root("evaluation_mode")
	atBindings = path.Root("policy_bindings")
)

func plan(ctx context.Context, c *change) {
	planName(c)
	planBindings(ctx, c)
	if len(c.Replace) > 0 || c.Model.EvaluationMode.IsUnknown() || unknownNames(c.Config.PolicyBindings) {
		notePlanned(c)
		return
	}
	notePlanned(c)
	was, known := current(ctx, c)
	if !known {
		return
	}
	want := c.Model.wish()
	want.lists = !c.Config.PolicyBindings.IsNull()
	if err := want.lost(was); err != nil && !keepsMode(c) {
		c.Diags.AddAttributeError(atMode, "Policy bindings would be lost", err.Error())
		return
	}
	warn(c, was, want)
}

// keepsMode says that the mode was asked for before. Policies that others have bound since are no reason to refuse it.
func keepsMode(c *change) bool {
	return c.Prior != nil && c.Prior.wish().binds() == c.Model.wish().binds()
}

// warn tells what the cluster loses by the change, and that bindings alone enforce nothing.
func warn(c *change, was gcp.Setting, want wish) {
	id, after := c.Model.ID.ValueString(), want.target(was)
	guard.WarnOfUnbinding(c.Diags, atBindings, id, gcp.Unbound(was.Bindings, after.Bindings))
	switch {
	case was.Enforces() && !after.Enforces():
		c.Diags.AddAttributeWarning(atMode, lifecycle.About("Enforcement is switched off", id),
			fmt.Sprintf("%s changes from %s to %s: the project's policy will no longer keep any image from running "+
				"there.", id, was.Mode, after.Mode))
	case after.Mode == gcp.ModeBindings && was.Mode != gcp.ModeBindings:
		guard.WarnOfAudit(c.Diags, atMode, id)
	}
	if want.binds() && !after.UsesBindings() && !keepsMode(c) && !bindingsCome(c, id) {
		c.Diags.AddAttributeWarning(atMode, lifecycle.About("No platform policy is bound yet", id), fmt.Sprintf("%s evaluates %s until "+
			"a binauthz_cluster_policy_binding, or something else, "+
			"binds a platform policy to it: GKE has no %s without bindings.", id, after.Mode, want.mode))
	}
}

// bindingsCome reports whether resources bind policies to the cluster, as far as they were planned.
func bindingsCome(c *change, cluster string) bool {
	return slices.ContainsFunc(c.Walk.Bindings(cluster), func(b walk.Binding) bool { return !b.Leaves })
}

// planBindings plans what the configuration lists, in the spelling of the state. What it does not list is not known before the apply,
// unless
// nothing is to be done.
func planBindings(ctx context.Context, c *change) {
	same := c.Prior != nil && len(c.Replace) == 0
	switch {
	case !c.Config.PolicyBindings.IsNull():
		c.Model.PolicyBindings = c.Config.PolicyBindings
		written := names(c.Config.PolicyBindings)
		if same && !unknownNames(c.Config.PolicyBindings) && gcp.SameBindings(written, names(c.Prior.PolicyBindings)) {
			c.Model.PolicyBindings = c.Prior.PolicyBindings
		}
	case same && c.Model.EvaluationMode.Equal(c.Prior.EvaluationMode) && c.Model.DeletionPolicy.Equal(c.Prior.DeletionPolicy) &&
		c.Model.Timeouts.Equal(c.Prior.Timeouts) && !listed(ctx, c.Memory):
		c.Model.PolicyBindings = c.Prior.PolicyBindings
	default:
		c.Model.PolicyBindings = types.SetUnknown(types.StringType)
	}
}

func unknownNames(set types.Set) bool {
	return set.IsUnknown() || len(names(set)) < len(set.Elements())
}

// notePlanned notes the plan for the bindings of the cluster that have resources of their own.
func notePlanned(c *change) {
	if !c.Model.ID.IsUnknown() {
		planned := walk.Settings{Lists: !c.Config.PolicyBindings.IsNull(), Enforces: c.Model.wish().enforces()}
		guard.SettingsChange(c.Walk, c.Diags, c.Model.ID.ValueString(), planned)
	}
}

// current is what the cluster evaluates before the change: by the state, or for a new resource as the cluster says. It is not
// known of a cluster that is yet to be made, or that may not be read; then the apply finds out.
func current(ctx context.Context, c *change) (gcp.Setting, bool) {
	if c.Prior != nil {
		return c.Prior.setting(), true
	}
	if c.Model.ID.IsUnknown() || c.Clients.Unconfigured() {
		return gcp.Setting{}, false
	}
	name, err := c.Model.name("")
	if err != nil {
		return gcp.Setting{}, false
	}
	cluster, err := c.Clients.Cluster(ctx, name)
	if err != nil {
		return gcp.Setting{}, false
	}
	return cluster.Setting, true
}

// planName computes the id. Another cluster is another object; another spelling of the same is not.
func planName(c *change) {
	c.Model.ID = plannedID(c)
	if c.Prior == nil || c.Diags.HasError() {
		return
	}
	if c.Model.ID.Equal(c.Prior.ID) {
		c.Model.Cluster = c.Prior.Cluster
		return
	}
	// The text may be the same and the cluster another, in another default project: then only the id shows it.
	c.Replace = append(c.Replace, path.Root("cluster"), path.Root("id"))
}

func plannedID(c *change) types.String {
	if c.Model.Cluster.IsUnknown() {
		return types.StringUnknown()
	}
	name, err := resname.ParseCluster(c.Model.Cluster.ValueString(), c.Clients.Project())
	switch {
	case err == nil:
		return types.StringValue(name.String())
	case c.Clients.Unconfigured() && c.Prior != nil:
		return c.Prior.ID
	case c.Clients.Unconfigured():
		return types.StringUnknown()
	}
	c.Diags.AddAttributeError(path.Root("cluster"), "Invalid cluster", err.Error())
	return types.StringUnknown()
}
