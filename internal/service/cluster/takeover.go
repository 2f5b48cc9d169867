package cluster

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// separator is between the bindings in takes_over. No name contains it.
const separator = ", "

// keepTakeover plans takes_over of an update. A create has none until planTakeover, also if the
// plan cannot read the cluster or does not know the list: then it removes no binding.
func keepTakeover(c *change) {
	c.Model.TakesOver = types.StringNull()
	if c.Prior != nil {
		c.Model.TakesOver = c.Prior.TakesOver
	}
}

// planTakeover plans the bindings removed by a create. Terraform plans once more before a create,
// and continues only if they are the same as in the approved plan.
func planTakeover(c *change, removes []string) {
	if c.Prior != nil || len(removes) == 0 {
		return
	}
	c.Model.TakesOver = types.StringValue(strings.Join(removes, separator))
	id := c.Model.ID.ValueString()
	c.Diags.AddAttributeWarning(atBindings, lifecycle.About("Create unbinds platform policies", id), fmt.Sprintf(
		"policy_bindings does not list these bindings of %s, and the create removes them:\n  %s\n\nIf an apply stops with an "+
			"inconsistent final plan for takes_over, others have changed the bindings since the plan, or the plan could not read "+
			"the cluster. Nothing was written. Make a new plan, review it, and apply it.", id, strings.Join(removes, "\n  ")))
}

// removed returns the bindings that the plan removes.
func removed(c *change) []string {
	switch {
	case c.Prior != nil:
		return c.Model.wish().loses(c.Prior.setting())
	case c.Model.TakesOver.ValueString() == "":
		return nil
	}
	return strings.Split(c.Model.TakesOver.ValueString(), separator)
}

// warnOfUnknown names the bindings that an update removes if the list, which is not known yet, does
// not contain them.
func warnOfUnknown(c *change) {
	if c.Prior == nil || len(c.Replace) > 0 || !unknownNames(c.Config.PolicyBindings) {
		return
	}
	id := c.Model.ID.ValueString()
	if perhaps := gcp.Unbound(c.Prior.setting().Bindings, names(c.Config.PolicyBindings)); len(perhaps) > 0 {
		c.Diags.AddAttributeWarning(atBindings, lifecycle.About("Not checked until apply", id), fmt.Sprintf(
			"policy_bindings is not known yet. The apply removes each of these bindings of %s that is not in the list:\n  %s",
			id, strings.Join(perhaps, "\n  ")))
	}
}

// warnOfUnread warns about a cluster that the plan of a list could not read.
func warnOfUnread(c *change, err error) {
	if c.Config.PolicyBindings.IsNull() || gcp.IsKind(err, gcp.KindNotFound) {
		return
	}
	id := c.Model.ID.ValueString()
	c.Diags.AddAttributeWarning(atBindings, lifecycle.About("Not checked until apply", id), fmt.Sprintf(
		"Could not read the bindings of %s. If it has bindings that policy_bindings does not list, the apply stops and writes nothing: %s",
		id, lifecycle.Words(err)))
}
