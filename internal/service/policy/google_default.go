package policy

import (
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// googleDefault is what a project has that never wrote a policy.
// Source: https://cloud.google.com/binary-authorization/docs/configuring-policy-rest (the policy of a new project).
func googleDefault() *gcp.Policy {
	return &gcp.Policy{
		GlobalPolicyEvaluationMode: binaryauthorizationpb.Policy_ENABLE,
		DefaultAdmissionRule: &binaryauthorizationpb.AdmissionRule{
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

// isGoogleDefault says whether nobody's decisions are in the policy: it was never written, or it holds what Google put
// there at some time. Taking it over loses nothing.
func isGoogleDefault(p *gcp.Policy) bool {
	if p.GetEtag() == "" && p.GetUpdateTime() == nil {
		return true
	}
	bare := normal(p)
	for _, pattern := range patternsOf(bare) {
		if !slices.Contains(olderPatterns, pattern) {
			return false
		}
	}
	bare.AdmissionWhitelistPatterns = nil
	bare.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_ENABLE
	return same(bare, googleDefault())
}
