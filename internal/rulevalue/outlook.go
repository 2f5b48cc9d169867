package rulevalue

import (
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Outlook is the strictest and the most lenient rule possible with the unknown values, and the
// names of the unknown attributes. With an unknown list of attestors, the strict rule also requires
// the attestors of before.
func (r *Value) Outlook(project string, before *projectpolicy.Rule) (strict, lenient *projectpolicy.Rule, unknown []string) {
	strict = r.ToAPI(project)
	if r.Known() {
		return strict, strict, nil
	}
	lenient = proto.CloneOf(strict)
	if r.EnforcementMode.IsUnknown() {
		unknown = append(unknown, "enforcement_mode")
		strict.EnforcementMode = binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG
		lenient.EnforcementMode = binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY
	}
	if r.EvaluationMode.IsUnknown() {
		unknown = append(unknown, "evaluation_mode")
		strict.EvaluationMode, lenient.EvaluationMode = r.possibleModes()
	}
	if r.attestorsUnknown() {
		unknown = append(unknown, "require_attestations_by")
		openAttestors(strict, before)
		openAttestors(lenient, nil)
	}
	return strict, lenient, unknown
}

// possibleModes are the strictest and the most lenient mode possible with these attestors: a rule
// has attestors exactly with REQUIRE_ATTESTATION.
func (r *Value) possibleModes() (strict, lenient binaryauthorizationpb.AdmissionRule_EvaluationMode) {
	if len(r.RequireAttestationsBy.Elements()) > 0 {
		return binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION, binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION
	}
	return binaryauthorizationpb.AdmissionRule_ALWAYS_DENY, binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW
}

func (r *Value) attestorsUnknown() bool {
	return r.RequireAttestationsBy.IsUnknown() || slices.ContainsFunc(r.RequireAttestationsBy.Elements(), attr.Value.IsUnknown)
}

// openAttestors adds the attestors possible in an unknown list.
func openAttestors(rule, before *projectpolicy.Rule) {
	if rule.EvaluationMode != binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION {
		return
	}
	rule.RequireAttestationsBy = append(append(rule.RequireAttestationsBy, judge.UnknownAttestor), before.GetRequireAttestationsBy()...)
	slices.Sort(rule.RequireAttestationsBy)
	rule.RequireAttestationsBy = slices.Compact(rule.RequireAttestationsBy)
}
