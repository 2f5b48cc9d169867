package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// differences names what differs in b from a, one line each, in the words of the attributes.
func differences(a, b *gcp.Policy) []string {
	a, b = normal(a), normal(b)
	var lines []string
	if a.Description != b.Description {
		lines = append(lines, fmt.Sprintf("description is now %q", b.Description))
	}
	if a.GlobalPolicyEvaluationMode != b.GlobalPolicyEvaluationMode {
		lines = append(lines, "global_policy_evaluation_mode is now "+b.GlobalPolicyEvaluationMode.String())
	}
	lines = append(lines, patternDifferences(a, b)...)
	if !proto.Equal(a.DefaultAdmissionRule, b.DefaultAdmissionRule) {
		lines = append(lines, "default_admission_rule is now "+summary(b.DefaultAdmissionRule))
	}
	before, after := (&content{}).ruleMaps(a), (&content{}).ruleMaps(b)
	for i := range before {
		lines = append(lines, ruleDifferences(before[i].kind, *before[i].messages, *after[i].messages)...)
	}
	return lines
}

func patternDifferences(a, b *gcp.Policy) []string {
	var lines []string
	before, after := patternsOf(a), patternsOf(b)
	for _, p := range after {
		if !slices.Contains(before, p) {
			lines = append(lines, fmt.Sprintf("admission_whitelist_patterns now has %q", p))
		}
	}
	for _, p := range before {
		if !slices.Contains(after, p) {
			lines = append(lines, fmt.Sprintf("admission_whitelist_patterns no longer has %q", p))
		}
	}
	return lines
}

func patternsOf(p *gcp.Policy) []string {
	var all []string
	for _, pattern := range p.GetAdmissionWhitelistPatterns() {
		all = append(all, pattern.GetNamePattern())
	}
	return all
}

func ruleDifferences(kind string, before, after map[string]*binaryauthorizationpb.AdmissionRule) []string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(after)) {
		switch was, ok := before[key]; {
		case !ok:
			lines = append(lines, fmt.Sprintf("%s[%q] was added: %s", kind, key, summary(after[key])))
		case !proto.Equal(was, after[key]):
			lines = append(lines, fmt.Sprintf("%s[%q] is now %s", kind, key, summary(after[key])))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if after[key] == nil {
			lines = append(lines, fmt.Sprintf("%s[%q] was removed", kind, key))
		}
	}
	return lines
}

// summary is a rule in a few words.
func summary(r *binaryauthorizationpb.AdmissionRule) string {
	text := r.GetEvaluationMode().String()
	if by := r.GetRequireAttestationsBy(); len(by) > 0 {
		text += " by " + strings.Join(by, ", ")
	}
	if r.GetEnforcementMode() == binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY {
		text += " (dry run)"
	}
	return text
}
