package gcp

import (
	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// Rules is a policy as the rules of admission know it.
func Rules(p *Policy) admission.Policy {
	policy := admission.Policy{
		GlobalEvaluation: p.GetGlobalPolicyEvaluationMode() == binaryauthorizationpb.Policy_ENABLE,
		Default:          rule(p.GetDefaultAdmissionRule()),
		Rules:            map[admission.Scope]map[string]admission.Rule{},
	}
	for _, pattern := range p.GetAdmissionWhitelistPatterns() {
		policy.Patterns = append(policy.Patterns, pattern.GetNamePattern())
	}
	for scope, messages := range map[admission.Scope]map[string]*binaryauthorizationpb.AdmissionRule{
		admission.ScopeCluster:        p.GetClusterAdmissionRules(),
		admission.ScopeNamespace:      p.GetKubernetesNamespaceAdmissionRules(),
		admission.ScopeServiceAccount: p.GetKubernetesServiceAccountAdmissionRules(),
		admission.ScopeIstioIdentity:  p.GetIstioServiceIdentityAdmissionRules(),
	} {
		if len(messages) == 0 {
			continue
		}
		policy.Rules[scope] = make(map[string]admission.Rule, len(messages))
		for key, message := range messages {
			policy.Rules[scope][key] = rule(message)
		}
	}
	return policy
}

func rule(r *binaryauthorizationpb.AdmissionRule) admission.Rule {
	return admission.Rule{
		Evaluation:  admission.Evaluation(r.GetEvaluationMode().String()),
		Enforcement: admission.Enforcement(r.GetEnforcementMode().String()),
		Attestors:   r.GetRequireAttestationsBy(),
	}
}
