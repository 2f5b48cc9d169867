package projectpolicy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"
)

// Same says whether two policies decide the same: the order of patterns and attestors, a repeated pattern, the prefix of a
// service identity and DISABLE for an unspecified global mode make no difference. What the service adds (name, etag, time) does not count.
func Same(a, b *Policy) bool { return proto.Equal(normal(a), normal(b)) }

// SameRule is Same for one rule; nil is the absent one.
func SameRule(a, b *Rule) bool {
	if a == nil || b == nil {
		return a == b
	}
	return proto.Equal(normalRule(a), normalRule(b))
}

// Digest tells policies apart: two have the same one exactly if they are Same.
func Digest(p *Policy) string {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(normal(p))
	if err != nil {
		return err.Error()
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

// normal is the policy in one spelling.
func normal(p *Policy) *Policy {
	p = proto.CloneOf(p)
	p.Name, p.Etag, p.UpdateTime = "", "", nil
	if p.GlobalPolicyEvaluationMode == binaryauthorizationpb.Policy_GLOBAL_POLICY_EVALUATION_MODE_UNSPECIFIED {
		p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE
	}
	slices.SortFunc(p.AdmissionWhitelistPatterns, func(a, b *binaryauthorizationpb.AdmissionWhitelistPattern) int {
		return cmp.Compare(a.GetNamePattern(), b.GetNamePattern())
	})
	p.AdmissionWhitelistPatterns = slices.CompactFunc(p.AdmissionWhitelistPatterns, func(a, b *binaryauthorizationpb.AdmissionWhitelistPattern) bool {
		return a.GetNamePattern() == b.GetNamePattern()
	})
	p.DefaultAdmissionRule = normalRule(p.DefaultAdmissionRule)
	for _, scoped := range Scoped(p) {
		var trimmed map[string]*Rule
		for key, rule := range *scoped.Rules {
			if trimmed == nil {
				trimmed = make(map[string]*Rule, len(*scoped.Rules))
			}
			trimmed[trimIdentity(key)] = normalRule(rule)
		}
		*scoped.Rules = trimmed
	}
	return p
}

func normalRule(r *Rule) *Rule {
	if r == nil {
		return nil
	}
	r = proto.CloneOf(r)
	slices.Sort(r.RequireAttestationsBy)
	r.RequireAttestationsBy = slices.Compact(r.RequireAttestationsBy)
	return r
}
