package projectpolicy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
)

// words are the verbs for a difference: for a change, or for the contents of one policy.
type words struct{ is, has, added, lacks string }

var (
	changed = words{is: "is now", has: "now has", added: "was added", lacks: "no longer has"}
	holds   = words{is: "is", has: "has", added: "exists", lacks: "lacks"}
)

// Differences lists the changes from a to b, one line each, with attribute names.
func Differences(a, b *Policy) []string { return changed.differences(a, b) }

// Description lists the differences of a policy from Google's default, one line each.
func Description(p *Policy) []string { return holds.differences(GoogleDefault(), p) }

func (w words) differences(a, b *Policy) []string {
	a, b = normal(a), normal(b)
	var lines []string
	if a.Description != b.Description {
		lines = append(lines, fmt.Sprintf("description %s %q", w.is, b.Description))
	}
	if a.GlobalPolicyEvaluationMode != b.GlobalPolicyEvaluationMode {
		lines = append(lines, "global_policy_evaluation_mode "+w.is+" "+b.GlobalPolicyEvaluationMode.String())
	}
	lines = append(lines, w.patterns(Patterns(a), Patterns(b))...)
	if !SameRule(a.DefaultAdmissionRule, b.DefaultAdmissionRule) {
		lines = append(lines, "default_admission_rule "+w.is+" "+Summary(b.DefaultAdmissionRule))
	}
	before, after := Scoped(a), Scoped(b)
	for i := range before {
		lines = append(lines, w.rules(string(before[i].Scope), *before[i].Rules, *after[i].Rules)...)
	}
	return lines
}

func (w words) patterns(before, after []string) []string {
	var lines []string
	for _, p := range after {
		if !slices.Contains(before, p) {
			lines = append(lines, fmt.Sprintf("admission_whitelist_patterns %s %q", w.has, p))
		}
	}
	for _, p := range before {
		if !slices.Contains(after, p) {
			lines = append(lines, fmt.Sprintf("admission_whitelist_patterns %s %q", w.lacks, p))
		}
	}
	return lines
}

func (w words) rules(scope string, before, after map[string]*Rule) []string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(after)) {
		switch was, ok := before[key]; {
		case !ok:
			lines = append(lines, fmt.Sprintf("%s[%q] %s: %s", scope, key, w.added, Summary(after[key])))
		case !SameRule(was, after[key]):
			lines = append(lines, fmt.Sprintf("%s[%q] %s %s", scope, key, w.is, Summary(after[key])))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if after[key] == nil {
			lines = append(lines, fmt.Sprintf("%s[%q] was removed", scope, key))
		}
	}
	return lines
}

// Summary is a rule in a few words: "REQUIRE_ATTESTATION by projects/p/attestors/a (dry run)". Two
// rules have the same summary exactly if they are equal, except for the order of attestors.
func Summary(r *Rule) string {
	text := r.GetEvaluationMode().String()
	if by := r.GetRequireAttestationsBy(); len(by) > 0 {
		text += " by " + strings.Join(by, ", ")
	}
	switch mode := r.GetEnforcementMode(); mode {
	case binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG:
	case binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY:
		text += " (dry run)"
	default:
		text += " (" + mode.String() + ")"
	}
	return text
}
