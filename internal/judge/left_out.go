package judge

import (
	"fmt"
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// LeftOut is what the dry run of a rule leaves out: it logs nothing about these pods and images.
type LeftOut struct {
	// Patterns exempt images. They are sorted.
	Patterns []string `json:"patterns"`
	// Global means that Google's system policy exempts images too.
	Global bool `json:"global"`
	// Rules are the rules that apply instead of the default rule, sorted. They are empty for other
	// rules.
	Rules []string `json:"rules,omitempty"`
}

// LeftOutOf is what the dry run of a rule of a policy leaves out.
func LeftOutOf(p *Policy, t projectpolicy.Target) LeftOut {
	rules := projectpolicy.Rules(p)
	left := LeftOut{Patterns: slices.Sorted(slices.Values(rules.Patterns)), Global: rules.GlobalEvaluation}
	if t != projectpolicy.Default {
		return left
	}
	for _, scope := range admission.Scopes() {
		for key := range rules.Rules[scope] {
			left.Rules = append(left.Rules, projectpolicy.Target{Scope: scope, Key: key}.String())
		}
	}
	slices.Sort(left.Rules)
	return left
}

// Remains reports whether a policy leaves out at least the same. Otherwise, an earlier dry run is
// no evidence for it.
func (l LeftOut) Remains(p *Policy) bool {
	now := LeftOutOf(p, projectpolicy.Default)
	for _, rule := range l.Rules {
		if !slices.Contains(now.Rules, rule) {
			return false
		}
	}
	return lostExemption(l.Patterns, l.Global, projectpolicy.Rules(p)) == ""
}

// lostExemption is an exemption missing from a policy, as a reason why an earlier dry run is no
// evidence for it, else "".
func lostExemption(patterns []string, global bool, is admission.Policy) string {
	if global && !is.GlobalEvaluation {
		return "the dry run exempted the images of Google's system policy"
	}
	for _, pattern := range patterns {
		if !admission.Covers(is.Patterns, pattern) {
			return fmt.Sprintf("the dry run exempted %q", pattern)
		}
	}
	return ""
}
