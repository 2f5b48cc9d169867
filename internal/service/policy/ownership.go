package policy

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// hold notes that a resource owns what id names, or prior if it has an object already, and tells of another one of this run that does
// so too. Resources of another provider configuration run in a process of their own, and are not seen.
func hold(clients *gcp.Clients, diags *diag.Diagnostics, id, prior types.String) {
	has := !prior.IsNull()
	if has {
		id = prior
		clients.Own(id.ValueString())
	}
	if clients.Hold(id.ValueString(), has) {
		diags.AddWarning(lifecycle.About("Policy is owned twice", id.ValueString()), fmt.Sprintf(
			"Two resources of this configuration manage %s. The one changes what the other has just written, and a destroy of one of them takes it from the other. Keep one of the two: "+
				"let go of the other with a removed block that has destroy = false.", id.ValueString()))
	}
}

// priorOf is the object that a whole policy has in the state, or an empty one.
func priorOf(c *change) *model {
	if c.Prior == nil {
		return &model{}
	}
	return c.Prior
}

// warnOfBoth is for a configuration that owns a policy whole and in parts.
func warnOfBoth(diags *diag.Diagnostics, project string) {
	diags.AddWarning(lifecycle.About("Policy is owned twice", resname.Policy{Project: project}.String()), fmt.Sprintf(
		"This configuration has a binauthz_policy for project %s and binauthz_policy_rule or binauthz_policy_allowlist_pattern for the same project. "+
			"The first owns the policy whole and removes what the others add, at every apply. Keep one of the two ways.", project))
}
