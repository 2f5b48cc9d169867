package projectpolicy

import (
	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// scope is one of the four kinds of rules with a key: the attribute of the key in HCL and in ids,
// and the API's map.
type scope struct {
	of        admission.Scope
	attribute string
	rules     func(*Policy) *map[string]*Rule
}

// scopes is the one table of the four scopes, in the order of admission.Scopes.
var scopes = []scope{
	{admission.ScopeCluster, "cluster", func(p *Policy) *map[string]*Rule { return &p.ClusterAdmissionRules }},
	{admission.ScopeNamespace, "kubernetes_namespace", func(p *Policy) *map[string]*Rule { return &p.KubernetesNamespaceAdmissionRules }},
	{
		admission.ScopeServiceAccount, "kubernetes_service_account",
		func(p *Policy) *map[string]*Rule { return &p.KubernetesServiceAccountAdmissionRules },
	},
	{
		admission.ScopeIstioIdentity, "istio_service_identity",
		func(p *Policy) *map[string]*Rule { return &p.IstioServiceIdentityAdmissionRules },
	},
}

// defaultRule is the default rule in ids.
const defaultRule = "default"

// ScopedRules are the rules of one scope of a policy. Writing through Rules changes the policy.
type ScopedRules struct {
	Scope admission.Scope
	Rules *map[string]*Rule
}

// Scoped are the rules of a policy by scope, in the order of admission.Scopes.
func Scoped(p *Policy) []ScopedRules {
	all := make([]ScopedRules, len(scopes))
	for i, s := range scopes {
		all[i] = ScopedRules{s.of, s.rules(p)}
	}
	return all
}

// Alone is a policy with the rule of a target and no other keyed rule. It shares its parts with p:
// do not change it.
func Alone(p *Policy, t Target) *Policy {
	alone := &Policy{
		Name: p.GetName(), GlobalPolicyEvaluationMode: p.GetGlobalPolicyEvaluationMode(),
		AdmissionWhitelistPatterns: p.GetAdmissionWhitelistPatterns(),
		DefaultAdmissionRule:       p.GetDefaultAdmissionRule(),
	}
	if rule := t.In(p); rule != nil && t != Default {
		t.Put(alone, rule)
	}
	return alone
}

// InOrder lists scopes in the order of admission.Scopes.
func InOrder(some map[admission.Scope]bool) []string {
	var sorted []string
	for _, s := range scopes {
		if some[s.of] {
			sorted = append(sorted, string(s.of))
		}
	}
	return sorted
}

// ScopeAttributes are the attributes of a rule's scope in HCL, by scope, without the default
// rule's.
func ScopeAttributes() map[admission.Scope]string {
	all := make(map[admission.Scope]string, len(scopes))
	for _, s := range scopes {
		all[s.of] = s.attribute
	}
	return all
}
