// Package projectpolicy works on the policy of a project as API message: rules by scope, equality,
// differences, and Google's default policy. It is pure.
//
// These are no differences (same.go): the order of allowlist patterns and of attestors, a repeated
// pattern, the prefix "spiffe://" of a service identity, and DISABLE for an unspecified global
// mode. Models keep the spelling of the configuration.
package projectpolicy

import (
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// Policy is the API's own message of a project's policy.
type Policy = binaryauthorizationpb.Policy

// Rule is the API's own message of an admission rule.
type Rule = binaryauthorizationpb.AdmissionRule

// Rules converts a policy for package admission.
func Rules(p *Policy) admission.Policy {
	policy := admission.Policy{
		GlobalEvaluation: p.GetGlobalPolicyEvaluationMode() == binaryauthorizationpb.Policy_ENABLE,
		Patterns:         Patterns(p),
		Default:          admissionRule(p.GetDefaultAdmissionRule()),
		Rules:            map[admission.Scope]map[string]admission.Rule{},
	}
	if p == nil {
		return policy
	}
	for _, scoped := range Scoped(p) {
		if len(*scoped.Rules) == 0 {
			continue
		}
		policy.Rules[scoped.Scope] = make(map[string]admission.Rule, len(*scoped.Rules))
		for key, rule := range *scoped.Rules {
			policy.Rules[scoped.Scope][key] = admissionRule(rule)
		}
	}
	return policy
}

func admissionRule(r *Rule) admission.Rule {
	return admission.Rule{
		Evaluation:  admission.Evaluation(r.GetEvaluationMode().String()),
		Enforcement: admission.Enforcement(r.GetEnforcementMode().String()),
		Attestors:   r.GetRequireAttestationsBy(),
	}
}

// Patterns are the allowlist patterns of a policy, in its order.
func Patterns(p *Policy) []string {
	var all []string
	for _, pattern := range p.GetAdmissionWhitelistPatterns() {
		all = append(all, pattern.GetNamePattern())
	}
	return all
}

// AddPattern adds an allowlist pattern if the policy lacks it.
func AddPattern(p *Policy, pattern string) {
	if !slices.Contains(Patterns(p), pattern) {
		p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns,
			&binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: pattern})
	}
}

// RemovePattern removes an allowlist pattern, however often the policy has it.
func RemovePattern(p *Policy, pattern string) {
	p.AdmissionWhitelistPatterns = slices.DeleteFunc(p.AdmissionWhitelistPatterns,
		func(w *binaryauthorizationpb.AdmissionWhitelistPattern) bool {
			return w.GetNamePattern() == pattern
		})
}

// Attestors are the full names of all attestors in a policy, sorted, each once.
func Attestors(p *Policy) []string {
	rules := Rules(p)
	all := slices.Clone(rules.Default.Attestors)
	for _, keyed := range rules.Rules {
		for _, rule := range keyed {
			all = append(all, rule.Attestors...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Kinds are the kinds of rules in a policy besides the default rule. The API accepts one kind only.
// Source: google.cloud.binaryauthorization.v1.Policy "a valid policy has only one of the following
// rule maps non-empty".
func Kinds(p *Policy) []string {
	var kinds []string
	for _, scoped := range Scoped(p) {
		if len(*scoped.Rules) > 0 {
			kinds = append(kinds, string(scoped.Scope))
		}
	}
	return kinds
}
