package policy

import (
	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// rulesOf is the policy as the rules of admission know it.
func rulesOf(p *gcp.Policy) admission.Policy {
	policy := admission.Policy{
		GlobalEvaluation: p.GetGlobalPolicyEvaluationMode() == binaryauthorizationpb.Policy_ENABLE,
		Patterns:         patternsOf(p),
		Default:          admissionRule(p.GetDefaultAdmissionRule()),
		Rules:            map[admission.Scope]map[string]admission.Rule{},
	}
	for _, rules := range (&content{}).ruleMaps(p) {
		for key, rule := range *rules.messages {
			scope := admission.Scope(rules.kind)
			if policy.Rules[scope] == nil {
				policy.Rules[scope] = map[string]admission.Rule{}
			}
			policy.Rules[scope][key] = admissionRule(rule)
		}
	}
	return policy
}

func admissionRule(r *binaryauthorizationpb.AdmissionRule) admission.Rule {
	return admission.Rule{
		Evaluation:  admission.Evaluation(r.GetEvaluationMode().String()),
		Enforcement: admission.Enforcement(r.GetEnforcementMode().String()),
		Attestors:   r.GetRequireAttestationsBy(),
	}
}

// attributePath is where the user wrote what an admission path names.
func attributePath(p admission.Path) path.Path {
	at := path.Root(p.Field)
	if p.Field == admission.FieldPatterns {
		if p.Index >= 0 {
			return at.AtSetValue(types.StringValue(p.Value))
		}
		return at
	}
	if p.Key != "" {
		at = at.AtMapKey(p.Key)
	}
	if p.Attribute != "" {
		at = at.AtName(p.Attribute)
	}
	return at
}
