package guard

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// tellOwners reports a policy with resources for the whole and for parts of it. It is an error if
// the plan destroys one of them and keeps or creates another. lost are the ids of the destroyed
// parts, none if the whole policy is destroyed.
func (g Policy) tellOwners(diags *diag.Diagnostics, conflict walk.Conflict, lost ...string) {
	switch conflict {
	case walk.OwnedTwice:
		diags.AddWarning(about("Policy is owned twice", projectpolicy.ID(g.Project)), fmt.Sprintf(ownedWhole, g.Project))
	case walk.Torn:
		if len(lost) == 0 {
			diags.AddError("Policy would be lost", fmt.Sprintf(wholeLost, g.Project))
		} else {
			diags.AddError("Part of the policy would be lost", fmt.Sprintf(partsLost, g.Project, strings.Join(lost, "\n  ")))
		}
	case walk.NoConflict, walk.Renamed, walk.Recreated:
	}
}

// RefuseTaken refuses, in an apply, the destroy of a part if the same apply has created the whole
// policy. A plan without the provider's configuration does not detect this.
func (g Policy) RefuseTaken() error {
	whole := projectpolicy.ID(g.Project)
	if !g.Walk.TakenOver(walk.Object{ID: whole}) {
		return nil
	}
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: "UpdatePolicy", Resource: g.ID,
		Message: "this apply has created the binauthz_policy of " + whole + ", and a destroy would remove a part of it; nothing was " +
			"written",
		Remedy: "Remove this resource from the state: terraform state rm ADDRESS.",
	}
}

// leaving are the ids of the parts destroyed by the plan, as far as it is known.
func (g Policy) leaving() (ids []string) {
	for _, part := range g.Walk.Parts(g.Project) {
		if part.Leaves {
			ids = append(ids, part.ID)
		}
	}
	return ids
}

const (
	ownedWhole = "This configuration has a binauthz_policy for project %s and binauthz_policy_rule or " +
		"binauthz_policy_allowlist_pattern for the same project. binauthz_policy owns the whole policy and removes the parts of the " +
		"others at every apply. Use only one of the two ways."
	wholeLost = `This plan destroys the binauthz_policy of project %s, and has a binauthz_policy_rule or ` +
		`binauthz_policy_allowlist_pattern for the same policy. The destroy writes the earlier policy or Google's default, and can ` +
		`remove these parts. Remove the binauthz_policy without a destroy:

  removed {
    from = binauthz_policy.NAME
    lifecycle {
      destroy = false
    }
  }

Or keep it, set deletion_policy = "ABANDON", and apply this change first.`
	partsLost = `This plan has a binauthz_policy for project %s, and destroys parts of the same policy:
  %s

The destroy removes a rule or pattern from the policy, or restores the earlier default rule, even if the binauthz_policy has the ` +
		`part. Remove each of these resources without a destroy:

  removed {
    from = binauthz_policy_rule.NAME
    lifecycle {
      destroy = false
    }
  }

For a single instance of a resource, use terraform state rm ADDRESS.`
)
