package projectpolicy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// Same reports whether two policies are equivalent. These make no difference: the order of patterns
// and attestors, a repeated pattern, the prefix of a service identity, and DISABLE for an
// unspecified global mode. Name, etag and update time are ignored.
func Same(a, b *Policy) bool { return proto.Equal(normal(a), normal(b)) }

// SameRule is Same for one rule; nil means absent.
func SameRule(a, b *Rule) bool {
	if a == nil || b == nil {
		return a == b
	}
	return proto.Equal(normalRule(a), normalRule(b))
}

// Digest is a digest of a policy: two policies have the same digest exactly if they are Same.
func Digest(p *Policy) string {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(normal(p))
	if err != nil {
		return err.Error()
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

// normal is a normalized copy of a policy.
func normal(p *Policy) *Policy {
	p = proto.CloneOf(p)
	p.Name, p.Etag, p.UpdateTime = "", "", nil
	if p.GlobalPolicyEvaluationMode == binaryauthorizationpb.Policy_GLOBAL_POLICY_EVALUATION_MODE_UNSPECIFIED {
		p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE
	}
	slices.SortFunc(p.AdmissionWhitelistPatterns, func(a, b *binaryauthorizationpb.AdmissionWhitelistPattern) int {
		return cmp.Compare(a.GetNamePattern(), b.GetNamePattern())
	})
	p.AdmissionWhitelistPatterns = slices.CompactFunc(p.AdmissionWhitelistPatterns,
		func(a, b *binaryauthorizationpb.AdmissionWhitelistPattern) bool {
			return a.GetNamePattern() == b.GetNamePattern()
		})
	p.DefaultAdmissionRule = normalRule(p.DefaultAdmissionRule)
	for _, scoped := range Scoped(p) {
		var trimmed map[string]*Rule
		for key, rule := range *scoped.Rules {
			if trimmed == nil {
				trimmed = make(map[string]*Rule, len(*scoped.Rules))
			}
			trimmed[admission.CanonicalKey(scoped.Scope, key)] = normalRule(rule)
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
