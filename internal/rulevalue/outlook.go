package rulevalue

import (
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Outlook is the rule that admits least and the one that admits most of those that it can become, and the attributes that are not
// known. Where the attestors of before may still be required, the strict one requires them.
func (r *Value) Outlook(project string, before *projectpolicy.Rule) (strict, lenient *projectpolicy.Rule, unknown []string) {
	strict = r.ToAPI(project)
	if r.Known() {
		return strict, strict, nil
	}
	lenient = proto.CloneOf(strict)
	if r.EnforcementMode.IsUnknown() {
		unknown = append(unknown, "enforcement_mode")
		strict.EnforcementMode, lenient.EnforcementMode = binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG, binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY
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

// possibleModes are the modes that a rule with these attestors can have: they are named exactly with REQUIRE_ATTESTATION.
func (r *Value) possibleModes() (strict, lenient binaryauthorizationpb.AdmissionRule_EvaluationMode) {
	if len(r.RequireAttestationsBy.Elements()) > 0 {
		return binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION, binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION
	}
	return binaryauthorizationpb.AdmissionRule_ALWAYS_DENY, binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW
}

func (r *Value) attestorsUnknown() bool {
	return r.RequireAttestationsBy.IsUnknown() || slices.ContainsFunc(r.RequireAttestationsBy.Elements(), attr.Value.IsUnknown)
}

// openAttestors adds what may be in the list.
func openAttestors(rule, before *projectpolicy.Rule) {
	if rule.EvaluationMode != binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION {
		return
	}
	rule.RequireAttestationsBy = append(append(rule.RequireAttestationsBy, judge.UnknownAttestor), before.GetRequireAttestationsBy()...)
	slices.Sort(rule.RequireAttestationsBy)
	rule.RequireAttestationsBy = slices.Compact(rule.RequireAttestationsBy)
}
