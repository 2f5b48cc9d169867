package projectpolicy

import (
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
)

// GoogleDefault is what a project has that never wrote a policy.
// Source: https://cloud.google.com/binary-authorization/docs/configuring-policy-rest (the policy of a new project).
func GoogleDefault() *Policy {
	return &Policy{
		GlobalPolicyEvaluationMode: binaryauthorizationpb.Policy_ENABLE,
		DefaultAdmissionRule: &Rule{
			EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW,
			EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		},
	}
}

// olderPatterns were in the default policy of projects that are some years old.
// Source: the same page in its versions before the system policy.
var olderPatterns = []string{
	"gcr.io/gke-release/*", "gcr.io/google-containers/*", "gcr.io/google_containers/*", "gcr.io/stackdriver-agents/*",
	"gke.gcr.io/*", "gke.gcr.io/**", "k8s.gcr.io/*", "k8s.gcr.io/**",
}

// IsGoogleDefault says whether nobody's decisions are in the policy: it was never written, or it holds what Google put
// there at some time. Taking it over loses nothing.
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
