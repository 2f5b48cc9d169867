package policy

import (
	"context"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

var moves = []lifecycle.Move[model]{{From: "google_binary_authorization_policy", Carry: carry}}

// carry reads the policy from the state of hashicorp/google. The next read adds the parts without
// an attribute there, such as rules for namespaces, and the earlier policy, as after an import.
func carry(ctx context.Context, c *change, from *lifecycle.Source) {
	at, err := parse(from.Text("id"), "")
	from.Refuse("id", err)
	p := &gcp.Policy{
		Description: from.Text("description"),
		GlobalPolicyEvaluationMode: binaryauthorizationpb.Policy_GlobalPolicyEvaluationMode(
			binaryauthorizationpb.Policy_GlobalPolicyEvaluationMode_value[from.Text("global_policy_evaluation_mode")]),
		DefaultAdmissionRule: carriedRule(from.Block("default_admission_rule")),
	}
	for _, pattern := range from.Blocks("admission_whitelist_patterns") {
		p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns,
			&binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: pattern.Need("name_pattern")})
	}
	for _, rule := range from.Blocks("cluster_admission_rules") {
		if p.ClusterAdmissionRules == nil {
			p.ClusterAdmissionRules = map[string]*projectpolicy.Rule{}
		}
		p.ClusterAdmissionRules[rule.Need("cluster")] = carriedRule(rule)
	}
	c.Model.fromAPI(ctx, p, at["project"], c.Diags)
	c.Model.Etag = types.StringNull()
	if deletion := from.Text("deletion_policy"); deletion == deletionPrevent || deletion == deletionAbandon {
		c.Model.DeletionPolicy = types.StringValue(deletion)
	}
	c.Model.settle()
}

func carriedRule(from *lifecycle.Source) *projectpolicy.Rule {
	evaluation := from.NeedOne("evaluation_mode", binaryauthorizationpb.AdmissionRule_EvaluationMode_value)
	enforcement := from.NeedOne("enforcement_mode", binaryauthorizationpb.AdmissionRule_EnforcementMode_value)
	return &projectpolicy.Rule{
		EvaluationMode:        binaryauthorizationpb.AdmissionRule_EvaluationMode(evaluation),
		EnforcementMode:       binaryauthorizationpb.AdmissionRule_EnforcementMode(enforcement),
		RequireAttestationsBy: from.Texts("require_attestations_by"),
	}
}
