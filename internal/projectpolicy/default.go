package projectpolicy

import (
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
)

// GoogleDefault is the policy of a project before its first write.
// Source: https://cloud.google.com/binary-authorization/docs/configuring-policy-rest (new project).
func GoogleDefault() *Policy {
	return &Policy{
		GlobalPolicyEvaluationMode: binaryauthorizationpb.Policy_ENABLE,
		DefaultAdmissionRule: &Rule{
			EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW,
			EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		},
	}
}

// olderPatterns are the patterns in the default policy of projects created some years ago.
// Source: the same page in its versions before the system policy.
var olderPatterns = []string{
	"gcr.io/gke-release/*", "gcr.io/google-containers/*", "gcr.io/google_containers/*", "gcr.io/stackdriver-agents/*",
	"gke.gcr.io/*", "gke.gcr.io/**", "k8s.gcr.io/*", "k8s.gcr.io/**",
}

// IsGoogleDefault reports whether the policy was never written, or is a current or earlier default
// policy of Google. Taking it over loses nothing.
func IsGoogleDefault(p *Policy) bool {
	if p.GetEtag() == "" && p.GetUpdateTime() == nil {
		return true
	}
	bare := normal(p)
	for _, pattern := range Patterns(bare) {
		if !slices.Contains(olderPatterns, pattern) {
			return false
		}
	}
	bare.AdmissionWhitelistPatterns = nil
	bare.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_ENABLE
	return Same(bare, GoogleDefault())
}
