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

// endOf describes the effect of a destroy.
func endOf(ctx context.Context, c *change) end {
	earlier, _ := before(ctx, c)
	e := end{policy: c.Prior.DeletionPolicy.ValueString(), saw: c.Prior.setting(), before: earlier}
	e.owned, e.lists = listed(ctx, c.Memory)
	return e
}

// planDelete refuses a destroy, or warns about its effect on the cluster.
func planDelete(ctx context.Context, c *change) {
	id := c.Prior.ID.ValueString()
	if c.Prior.DeletionPolicy.ValueString() == deletionPrevent {
		c.Diags.AddAttributeError(path.Root("deletion_policy"), "Destroy prevented",
			fmt.Sprintf("%s has deletion_policy = \"PREVENT\". To destroy it, set and apply another deletion_policy first.", id))
		return
	}
	c.Walk.PlanSettings(id, walk.Settings{})
	was := c.Prior.setting()
	after, err := endOf(ctx, c).after(was)
	if err != nil {
		c.Diags.AddAttributeError(atBindings, "Policy binding is ambiguous", id+": "+err.Error())
		return
	}
	guard.WarnOfUnbinding(c.Diags, atBindings, id, gcp.Unbound(was.Bindings, after.Bindings))
	if was.Enforces() && !after.Enforces() {
		c.Diags.AddAttributeWarning(atMode, lifecycle.About("Enforcement is switched off", id),
			fmt.Sprintf("The destroy changes %s from %s to %s: the project's policy no longer blocks images there. "+
				"To keep the cluster's setting, set deletion_policy = \"ABANDON\" and apply it first.",
				id, was.Mode, after.Mode))
	}
}
