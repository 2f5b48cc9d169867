package lifecycle

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TakesOverText is the documentation of the attribute takes_over. It carries the object to adopt
// from the plan to the apply: Terraform plans once more before a create, and continues only if the
// value is the same as in the approved plan.
const TakesOverText = "Description of the object that a create with `adopt_existing` takes over. If the object " +
	"changes before the apply, the apply stops and writes nothing. Terraform then reports an inconsistent final plan " +
	"with both values of this attribute. Absent without `adopt_existing`."

// PlanTakeover is the attribute takes_over of a create. found describes the existing object, "" for
// none.
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

// WarnOfTakeover shows the object replaced by a create. In an apply, the warning adds the remedy to
// Terraform's own error.
func WarnOfTakeover(diags *diag.Diagnostics, id string, planned types.String) {
	if planned.ValueString() != "" {
		diags.AddWarning(About("Create overwrites an existing object", id), fmt.Sprintf("The create overwrites %s: %s.\n\n"+
			"If an apply stops with an inconsistent final plan for takes_over, the object changed after the plan was approved. "+
			"Nothing was written. Make a new plan, review it, and apply it.", id, planned.ValueString()))
	}
}

// TakenOver reports whether a create still finds the object of the plan.
func TakenOver(planned types.String, found string) bool {
	return planned.IsUnknown() || planned.ValueString() == found
}

// NullIfUnknown removes the value of an attribute set only by a plan.
func NullIfUnknown(s types.String) types.String {
	if s.IsUnknown() {
		return types.StringNull()
	}
	return s
}

// ExistsAlready is the remedy for a create of an existing object. kind is a resource type, id the
// full name.
func ExistsAlready(kind, id string) string {
	return fmt.Sprintf("%s already exists, and another owner can manage it. To manage it here, import it:\n\n"+
		"  import {\n    to = %s.NAME\n    id = %q\n  }", id, kind, id)
}
