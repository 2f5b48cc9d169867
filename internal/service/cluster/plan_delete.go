package cluster

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// endOf is what a destroy of the resource in the state leads to.
func endOf(ctx context.Context, c *change) end {
	earlier, _ := before(ctx, c)
	return end{policy: c.Prior.DeletionPolicy.ValueString(), lists: listed(ctx, c.Memory), saw: c.Prior.setting(), before: earlier}
}

// planDelete refuses or warns of what a destroy will do to the cluster.
func planDelete(ctx context.Context, c *change) {
	id := c.Prior.ID.ValueString()
	if c.Prior.DeletionPolicy.ValueString() == deletionPrevent {
		c.Diags.AddAttributeError(path.Root("deletion_policy"), "Destroy prevented",
			fmt.Sprintf("%s has deletion_policy = \"PREVENT\". To destroy it, set another deletion_policy and apply that first.", id))
		return
	}
	c.Walk.PlanSettings(id, walk.Settings{})
	was, after := c.Prior.setting(), endOf(ctx, c).after(c.Prior.setting())
	guard.WarnOfUnbinding(c.Diags, atBindings, id, gcp.Unbound(was.Bindings, after.Bindings))
	if was.Enforces() && !after.Enforces() {
		c.Diags.AddAttributeWarning(atMode, lifecycle.About("Enforcement is switched off", id),
			fmt.Sprintf("Destroying this changes %s from %s to %s: the project's policy will no longer keep any image from running "+
				"there. To leave the cluster as it is, set deletion_policy = \"ABANDON\" and apply that first.",
				id, was.Mode, after.Mode))
	}
}
