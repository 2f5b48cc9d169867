package guard

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

// RefuseNeeds refuses ids in the attribute needs unless they name other parts of the project's
// policy.
func RefuseNeeds(diags *diag.Diagnostics, needs types.Set, own types.String, project string) {
	for _, id := range rulevalue.Texts(needs) {
		at := path.Root("needs").AtSetValue(types.StringValue(id))
		switch prefix := projectpolicy.ID(project) + "/"; {
		case !strings.HasPrefix(id, "projects/") || !strings.Contains(id, "/policy/"):
			diags.AddAttributeError(at, "Invalid need", fmt.Sprintf(
				"%q is not the id of a rule or an allowlist pattern. Use binauthz_policy_rule.NAME.id or "+
					"binauthz_policy_allowlist_pattern.NAME.id.", id))
		case !own.IsNull() && !own.IsUnknown() && !strings.HasPrefix(id, prefix):
			diags.AddAttributeError(at, "Invalid need",
				fmt.Sprintf("%q is a part of another policy than %s.", id, projectpolicy.ID(project)))
		case projectpolicy.CanonicalID(id) == own.ValueString():
			diags.AddAttributeError(at, "Invalid need", "A part of a policy cannot need itself.")
		}
	}
}
