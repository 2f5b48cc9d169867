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
	keepTakeover(c)
	if len(c.Replace) > 0 || c.Model.EvaluationMode.IsUnknown() || unknownNames(c.Config.PolicyBindings) {
		notePlanned(c)
		warnOfUnknown(c)
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
	planTakeover(c, want.loses(was))
}

// keepsMode reports whether the earlier plan had the same mode. Policies bound by others since are
// no reason to refuse it.
func keepsMode(c *change) bool {
	return c.Prior != nil && c.Prior.wish().binds() == c.Model.wish().binds()
}

// warn warns about lost enforcement and bindings, and about bindings without enforcement.
func warn(c *change, was gcp.Setting, want wish) {
	id, after := c.Model.ID.ValueString(), want.target(was)
	guard.WarnOfUnbinding(c.Diags, atBindings, id, gcp.Unbound(was.Bindings, after.Bindings))
	switch {
	case was.Enforces() && !after.Enforces():
		c.Diags.AddAttributeWarning(atMode, lifecycle.About("Enforcement is switched off", id),
			fmt.Sprintf("%s changes from %s to %s: the project's policy no longer blocks images there.", id, was.Mode, after.Mode))
	case after.Mode == gcp.ModeBindings && was.Mode != gcp.ModeBindings:
		guard.WarnOfAudit(c.Diags, atMode, id)
	}
	if want.binds() && !after.UsesBindings() {
		warnOfNone(c, was, after, want)
	}
}

// warnOfNone warns about a mode with bindings on a cluster without any. The bindings of this
// configuration can come later than the settings: the order depends on the other resources.
func warnOfNone(c *change, was, after gcp.Setting, want wish) {
	id := c.Model.ID.ValueString()
	switch {
	case was.Mode != gcp.ModeDisabled && after.Mode == gcp.ModeDisabled:
		c.Diags.AddAttributeWarning(atMode, lifecycle.About("Cluster is not evaluated until a policy is bound", id), fmt.Sprintf(
			"%s changes from %s to DISABLED until a platform policy is bound to it. GKE has no %s without bindings. If this "+
				"configuration creates the first binauthz_cluster_policy_binding, let the settings wait for it:\n\n"+
				"  depends_on = [binauthz_cluster_policy_binding.NAME]\n\nThe binding then comes first, the cluster is never "+
				"DISABLED, and you can ignore this warning.", id, was.Mode, want.mode))
	case !keepsMode(c) && !bindingsCome(c, id):
		c.Diags.AddAttributeWarning(atMode, lifecycle.About("No platform policy is bound yet", id), fmt.Sprintf(
			"%s evaluates %s until a binauthz_cluster_policy_binding, or a change outside Terraform, binds a "+
				"platform policy to it. GKE has no %s without bindings.", id, after.Mode, want.mode))
	}
}

// bindingsCome reports whether resources planned so far bind policies to the cluster.
func bindingsCome(c *change, cluster string) bool {
	return slices.ContainsFunc(c.Walk.Bindings(cluster), func(b walk.Binding) bool { return !b.Leaves })
}

// planBindings plans the listed bindings, in the spelling of the state. Without a list, the
// bindings are unknown before the apply, unless nothing changes.
func planBindings(ctx context.Context, c *change) {
	same := c.Prior != nil && len(c.Replace) == 0
	_, lists := listed(ctx, c.Memory)
	switch {
	case !c.Config.PolicyBindings.IsNull():
		c.Model.PolicyBindings = c.Config.PolicyBindings
		written := names(c.Config.PolicyBindings)
		if same && !unknownNames(c.Config.PolicyBindings) && gcp.SameBindings(written, names(c.Prior.PolicyBindings)) {
			c.Model.PolicyBindings = c.Prior.PolicyBindings
		}
	case same && c.Model.EvaluationMode.Equal(c.Prior.EvaluationMode) && c.Model.DeletionPolicy.Equal(c.Prior.DeletionPolicy) &&
		c.Model.Timeouts.Equal(c.Prior.Timeouts) && !lists:
		c.Model.PolicyBindings = c.Prior.PolicyBindings
	default:
		c.Model.PolicyBindings = types.SetUnknown(types.StringType)
	}
}

func unknownNames(set types.Set) bool {
	return set.IsUnknown() || len(names(set)) < len(set.Elements())
}

// notePlanned records the plan for the binding resources of the cluster.
func notePlanned(c *change) {
	if !c.Model.ID.IsUnknown() {
		planned := walk.Settings{Lists: !c.Config.PolicyBindings.IsNull(), Enforces: c.Model.wish().enforces()}
		guard.SettingsChange(c.Walk, c.Diags, c.Model.ID.ValueString(), planned)
	}
}

// current returns the cluster's setting before the change: from the state, or for a new resource
// from the cluster. It is unknown for a planned or unreadable cluster; then the apply checks.
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
		warnOfUnread(c, err)
		return gcp.Setting{}, false
	}
	return cluster.Setting, true
}

// planName computes the id. Another cluster is another object; another spelling is not.
func planName(c *change) {
	c.Model.ID = plannedID(c)
	if c.Prior == nil || c.Diags.HasError() {
		return
	}
	if c.Model.ID.Equal(c.Prior.ID) {
		c.Model.Cluster = c.Prior.Cluster
		return
	}
	// With another default project, the same text names another cluster. Only the id shows this.
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
