package projectpolicy

import "testing"

// TestCanonicalID: a rule of a service identity has one id. Other texts stay as they are.
func TestCanonicalID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"projects/p/policy/istio_service_identity/spiffe://d/ns/n/sa/s":      "projects/p/policy/istio_service_identity/d/ns/n/sa/s",
		"projects/p/policy/istio_service_identity/d/ns/n/sa/s":               "projects/p/policy/istio_service_identity/d/ns/n/sa/s",
		"projects/policy/policy/istio_service_identity/spiffe://d/ns/n/sa/s": "projects/policy/policy/istio_service_identity/d/ns/n/sa/s",
		"projects/policy/policy/default":                                     "projects/policy/policy/default",
		"projects/p/policy/cluster/us-central1.a":                            "projects/p/policy/cluster/us-central1.a",
		"projects/p/policy/admission_whitelist_patterns/spiffe://x":          "projects/p/policy/admission_whitelist_patterns/spiffe://x",
		"projects/p/policy/istio_service_identity/spiffe://":                 "projects/p/policy/istio_service_identity/spiffe://",
		"istio_service_identity/spiffe://d/ns/n/sa/s":                        "istio_service_identity/spiffe://d/ns/n/sa/s",
		"": "",
	} {
		if got := CanonicalID(id); got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
}
