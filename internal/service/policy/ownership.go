package policy

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// shared tells of two resources for the same policy or part of it.
func shared(id string, diags *diag.Diagnostics) {
	diags.AddWarning(lifecycle.About("Policy is owned twice", id), fmt.Sprintf(
		"Two resources of this configuration manage %s. The one changes what the other has just written, and a destroy of one of them takes it from the other. Keep one of the two: "+
			"let go of the other with a removed block that has destroy = false.", id))
}

// claim tells of a configuration that owns a policy whole and in parts. Each would undo the other.
func claim(clients *gcp.Clients, diags *diag.Diagnostics, project string, as gcp.Stage) {
	other := gcp.Whole
	if as == gcp.Whole {
		other = gcp.Part
	}
	if clients.Claim(resname.Policy{Project: project}.String(), gcp.Claim{Stage: as}).Has(other) {
		warnOfBoth(diags, project)
	}
}

// warnOfBoth is for a configuration that owns a policy whole and in parts.
func warnOfBoth(diags *diag.Diagnostics, project string) {
	diags.AddWarning(lifecycle.About("Policy is owned twice", resname.Policy{Project: project}.String()), fmt.Sprintf(
		"This configuration has a binauthz_policy for project %s and binauthz_policy_rule or binauthz_policy_allowlist_pattern for the same project. "+
			"The first owns the policy whole and removes what the others add, at every apply. Keep one of the two ways.", project))
}
