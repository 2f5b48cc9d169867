package policy

import (
	"cmp"
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// same says whether two policies decide the same: the order of patterns and attestors, a repeated pattern, the prefix of a
// service identity and DISABLE for an unspecified global mode make no difference.
func same(a, b *gcp.Policy) bool { return gcp.SamePolicy(normal(a), normal(b)) }

// normal is the policy in one spelling.
func normal(p *gcp.Policy) *gcp.Policy {
	p = proto.CloneOf(p)
	if p.GlobalPolicyEvaluationMode == binaryauthorizationpb.Policy_GLOBAL_POLICY_EVALUATION_MODE_UNSPECIFIED {
		p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE
	}
	slices.SortFunc(p.AdmissionWhitelistPatterns, byPattern)
	p.AdmissionWhitelistPatterns = slices.CompactFunc(p.AdmissionWhitelistPatterns, func(a, b *binaryauthorizationpb.AdmissionWhitelistPattern) bool {
		return a.NamePattern == b.NamePattern
	})
	normalRule(p.DefaultAdmissionRule)
	for _, rules := range (&content{}).ruleMaps(p) {
		trimmed := make(map[string]*binaryauthorizationpb.AdmissionRule, len(*rules.messages))
		for key, rule := range *rules.messages {
			normalRule(rule)
			trimmed[trimIdentity(key)] = rule
		}
		*rules.messages = trimmed
	}
	return p
}

func byPattern(a, b *binaryauthorizationpb.AdmissionWhitelistPattern) int {
	return cmp.Compare(a.NamePattern, b.NamePattern)
}

func normalRule(r *binaryauthorizationpb.AdmissionRule) {
	if r != nil {
		slices.Sort(r.RequireAttestationsBy)
		r.RequireAttestationsBy = slices.Compact(r.RequireAttestationsBy)
	}
}
