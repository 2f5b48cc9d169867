package cluster

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
	if c.Prior == nil || len(c.Replace) > 0 || c.Model.EvaluationMode.IsUnknown() {
		return
	}
	was := c.Prior.setting(ctx)
	want, err := target(was, c.Model.EvaluationMode.ValueString())
	if err != nil {
		c.Diags.AddAttributeError(path.Root("evaluation_mode"), "Policy bindings would be lost", err.Error())
		return
	}
	if was.Enforces() && !want.Enforces() {
		c.Diags.AddAttributeWarning(path.Root("evaluation_mode"), "Enforcement is switched off",
			fmt.Sprintf("%s changes from %s to %s: the project's policy will no longer keep any image from running there.", c.Model.ID.ValueString(), was.Mode, want.Mode))
	}
}

// planName computes the id. Another cluster is another object; another spelling of the same is not.
func planName(c *change) {
	if c.Model.Cluster.IsUnknown() || (c.Clients.Unconfigured() && c.Prior == nil) {
		c.Model.ID = types.StringUnknown()
	} else {
		name, err := resname.ParseCluster(c.Model.Cluster.ValueString(), c.Clients.Project())
		if err != nil {
			c.Diags.AddAttributeError(path.Root("cluster"), "Invalid cluster", err.Error())
			return
		}
		c.Model.ID = types.StringValue(name.String())
	}
	if c.Prior == nil {
		return
	}
	if c.Model.ID.Equal(c.Prior.ID) {
		c.Model.Cluster = c.Prior.Cluster
		return
	}
	c.Replace = append(c.Replace, path.Root("cluster"))
	c.Model.PolicyBindings = types.SetUnknown(types.StringType)
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
		c.Diags.AddAttributeWarning(path.Root("evaluation_mode"), "Enforcement is switched off",
			fmt.Sprintf("Destroying this changes %s from %s to %s: the project's policy will no longer keep any image from running there. To leave the cluster as it is, set deletion_policy = \"ABANDON\" and apply that first.",
				c.Prior.ID.ValueString(), was.Mode, after.Mode))
	}
}
