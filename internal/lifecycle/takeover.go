package lifecycle

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TakesOverText is the documentation of the attribute takes_over. It carries from the plan to the apply what a create takes over:
// Terraform plans once more before a create, and goes on only if that says the same as the plan that was approved.
const TakesOverText = "What a create with `adopt_existing` takes over, as the plan shows it. If that is something else by the time of the apply, the apply stops and writes nothing; " +
	"Terraform then calls it an inconsistent final plan, and shows this attribute before and after. Absent without `adopt_existing`."

// PlanTakeover is the attribute takes_over of a create. found describes the object that exists, "" if there is none.
func PlanTakeover(adopt types.Bool, found string) types.String {
	switch {
	case adopt.IsUnknown():
		return types.StringUnknown()
	case adopt.ValueBool() && found != "":
		return types.StringValue(found)
	default:
		return types.StringNull()
	}
}

// WarnOfTakeover shows what a create replaces. In an apply the warning stands beside Terraform's own error, which does not say what to do.
func WarnOfTakeover(diags *diag.Diagnostics, id string, planned types.String) {
	if planned.ValueString() != "" {
		diags.AddWarning(About("Create takes over what is there", id), fmt.Sprintf("%s is taken over: %s.\n\n"+
			"If an apply stops with an inconsistent final plan for takes_over, that has changed since the plan was approved, and nothing was written: make a new plan and look at it.", id, planned.ValueString()))
	}
}

// TakenOver says whether a create still takes over what the plan saw.
func TakenOver(planned types.String, found string) bool {
	return planned.IsUnknown() || planned.ValueString() == found
}

// NullIfUnknown ends an attribute that only a plan sets.
func NullIfUnknown(s types.String) types.String {
	if s.IsUnknown() {
		return types.StringNull()
	}
	return s
}

// ExistsAlready says how to go on with an object that a create finds. kind is a resource type, id the full name.
func ExistsAlready(kind, id string) string {
	return fmt.Sprintf("%s is there already; somebody else may own it. To manage it here, import it:\n\n  import {\n    to = %s.NAME\n    id = %q\n  }", id, kind, id)
}
