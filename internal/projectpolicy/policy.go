// Package projectpolicy works on the policy of a project as the API's own message: its rules by scope, what is the same, what
// differs, and what Google gives a new project. It is pure.
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

// Rules is a policy as the rules of admission know it.
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

// Patterns are the allowlist patterns of a policy, as it has them.
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
		p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns, &binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: pattern})
	}
}

// RemovePattern removes an allowlist pattern, however often the policy has it.
func RemovePattern(p *Policy, pattern string) {
	p.AdmissionWhitelistPatterns = slices.DeleteFunc(p.AdmissionWhitelistPatterns, func(w *binaryauthorizationpb.AdmissionWhitelistPattern) bool {
		return w.GetNamePattern() == pattern
	})
}

// Attestors are the full names of all attestors that a policy requires anywhere, sorted, each once.
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

// Kinds are the kinds of rules that a policy has besides the default rule. The API takes one of them.
// Source: google.cloud.binaryauthorization.v1.Policy "a valid policy has only one of the following rule maps non-empty".
func Kinds(p *Policy) []string {
	var kinds []string
	for _, scoped := range Scoped(p) {
		if len(*scoped.Rules) > 0 {
			kinds = append(kinds, string(scoped.Scope))
		}
	}
	return kinds
}
