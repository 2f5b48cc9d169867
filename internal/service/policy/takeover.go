package policy

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// takesOverText is the documentation of the attribute that carries from the plan to the apply what a create takes over: Terraform
// plans once more before a create, and goes on only if that says the same as the plan that was approved.
const takesOverText = "What a create with `adopt_existing` takes over, as the plan shows it. If that is something else by the time of the apply, the apply stops and writes nothing; " +
	"Terraform then calls it an inconsistent final plan, and shows this attribute before and after. Absent without `adopt_existing`."

// planTakeover says what a create would take over. What becomes of an object of ours until then is not known.
func planTakeover(adopt types.Bool, ours bool, there string) types.String {
	switch {
	case adopt.IsUnknown() || ours:
		return types.StringUnknown()
	case adopt.ValueBool() && there != "":
		return types.StringValue(there)
	default:
		return types.StringNull()
	}
}

// warnOfTakeover shows what a create replaces. In an apply the warning stands beside Terraform's own error, which does not say what to do.
func warnOfTakeover(diags *diag.Diagnostics, id string, planned types.String) {
	if planned.ValueString() != "" {
		diags.AddWarning(lifecycle.About("Create takes over what is there", id), fmt.Sprintf("%s is taken over: %s.\n\n"+
			"If an apply stops with an inconsistent final plan for takes_over, that has changed since the plan was approved, and nothing was written: make a new plan and look at it.", id, planned.ValueString()))
	}
}

// takenOver says whether a create still takes over what the plan saw.
func takenOver(planned types.String, there string) bool {
	return planned.IsUnknown() || planned.ValueString() == there
}

// nullIfUnknown ends an attribute that only a plan sets.
func nullIfUnknown(s types.String) types.String {
	if s.IsUnknown() {
		return types.StringNull()
	}
	return s
}

// takeoverLines is how much of a policy a plan shows.
const takeoverLines = 10

// wholeTakeover describes a policy. One that is too long to be shown is told from others by a digest.
func wholeTakeover(p *gcp.Policy) string {
	lines := descriptionOf(p)
	if len(lines) == 0 {
		return "Google's default"
	}
	if more := len(lines) - takeoverLines; more > 0 {
		sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
		lines = append(lines[:takeoverLines:takeoverLines], fmt.Sprintf("and %d more (%x)", more, sum[:4]))
	}
	return strings.Join(lines, "; ")
}

// descriptionOf is what is in a policy besides Google's default.
func descriptionOf(p *gcp.Policy) []string {
	words := strings.NewReplacer("now has", "has", "is now", "is", "was added", "is there", "no longer has", "lacks")
	lines := differences(googleDefault(), p)
	for i, line := range lines {
		lines[i] = words.Replace(line)
	}
	return lines
}

// ruleTakeover describes a rule that is there, "" when there is none.
func ruleTakeover(there *binaryauthorizationpb.AdmissionRule) string {
	if there == nil {
		return ""
	}
	return summary(there)
}
