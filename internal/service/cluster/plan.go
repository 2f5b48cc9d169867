package cluster

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// validate refuses a cluster name that cannot be one. The project may still come from the provider.
func validate(_ context.Context, c *change) {
	if c.Config.Cluster.IsUnknown() {
		return
	}
	if _, err := resname.ParseCluster(c.Config.Cluster.ValueString(), "providers-project"); err != nil {
		c.Diags.AddAttributeError(path.Root("cluster"), "Invalid cluster", err.Error())
	}
}

func plan(ctx context.Context, c *change) {
	planName(c)
	if len(c.Replace) > 0 || c.Model.EvaluationMode.IsUnknown() {
		return
	}
	was, known := current(ctx, c)
	if !known {
		return
	}
	want, err := target(was, c.Model.EvaluationMode.ValueString())
	if err != nil {
		c.Diags.AddAttributeError(path.Root("evaluation_mode"), refused(c.Model.EvaluationMode.ValueString()), err.Error())
		return
	}
	if was.Enforces() && !want.Enforces() {
		c.Diags.AddAttributeWarning(path.Root("evaluation_mode"), lifecycle.About("Enforcement is switched off", c.Model.ID.ValueString()),
			fmt.Sprintf("%s changes from %s to %s: the project's policy will no longer keep any image from running there.", c.Model.ID.ValueString(), was.Mode, want.Mode))
	}
}

// current is what the cluster evaluates before the change: by the state, or for a new resource as the cluster says. It is not
// known of a cluster that is yet to be made, or that may not be read; then the apply finds out.
func current(ctx context.Context, c *change) (gcp.Setting, bool) {
	if c.Prior != nil {
		return c.Prior.setting(ctx), true
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
	c.Model.PolicyBindings = types.SetUnknown(types.StringType)
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

// planDelete refuses or warns of what a destroy will do to the cluster.
func planDelete(ctx context.Context, c *change) {
	if c.Prior.DeletionPolicy.ValueString() == deletionPrevent {
		c.Diags.AddAttributeError(path.Root("deletion_policy"), "Destroy prevented",
			fmt.Sprintf("%s has deletion_policy = \"PREVENT\". To destroy it, set another deletion_policy and apply that first.", c.Prior.ID.ValueString()))
		return
	}
	was := c.Prior.setting(ctx)
	earlier, _ := before(ctx, c)
	after := afterDelete(was, earlier, c.Prior.DeletionPolicy.ValueString())
	if was.Enforces() && !after.Enforces() {
		c.Diags.AddAttributeWarning(path.Root("evaluation_mode"), lifecycle.About("Enforcement is switched off", c.Prior.ID.ValueString()),
			fmt.Sprintf("Destroying this changes %s from %s to %s: the project's policy will no longer keep any image from running there. To leave the cluster as it is, set deletion_policy = \"ABANDON\" and apply that first.",
				c.Prior.ID.ValueString(), was.Mode, after.Mode))
	}
}
