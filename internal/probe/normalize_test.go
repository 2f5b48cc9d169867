package probe

import "testing"

func TestNormalize(t *testing.T) {
	t.Parallel()
	n := newNormalizer(Target{
		Project: "acme", Number: "123456789012", Cluster: "projects/acme/locations/us-central1/clusters/prod",
		KeyRing: "projects/acme/locations/global/keyRings/ring",
	})
	for text, want := range map[string]string{
		"projects/acme/attestors/probe-abcdefgh-12-one":             "projects/PROJECT/attestors/one",
		"namespace probe-abcdefgh-ns":                               "namespace ns",
		"projects/123456789012/policy":                              "projects/NUMBER/policy",
		"project 123456789012":                                      "project NUMBER",
		"projects/998877665544/policy":                              "projects/NUMBER/policy",
		"acme acme,acme":                                            "PROJECT PROJECT,PROJECT",
		"acmes and pre-acme stay":                                   "acmes and pre-acme stay",
		"projects/acme/locations/us-central1/clusters/prod is busy": "CLUSTER is busy",
		"cluster prod":                                              "cluster CLUSTER",
		"product":                                                   "product",
		"projects/acme/locations/global/keyRings/ring/cryptoKeys/probe-abcdefgh-1-k": "KEY_RING/cryptoKeys/k",
		"user:Jane.Doe@acme.iam.gserviceaccount.com":                                 "user:EMAIL",
		"at 2026-10-01T12:00:00.123Z":                                                "at TIME",
		"at 2026-10-01T12:00:00+02:00":                                               "at TIME",
		"occurrences/9f86d081-884c-7d65-9a2f-eaa0c55ad015":                           "occurrences/UUID",
		"operation-1760000000000-9f86d081-884c-7d65-9a2f-eaa0c":                      "OPERATION",
		"ni:///sha-256;abc_-9":                                                       "ni:///sha-256;HASH",
		"BE8A725DF3793A0EC44F6A40270B47647B0C2A56":                                   "FINGERPRINT",
		"ETag 'BwXyz=' did not match":                                                "ETag 'ETAG' did not match",
		"The etag BwXyz= is not the current one":                                     "The etag ETAG is not the current one",
		"another etag afterwards":                                                    "another etag afterwards",
		"sha256:9f86d081884c7d659a2feaa0c55ad015":                                    "sha256:9f86d081884c7d659a2feaa0c55ad015",
		"dial tcp 192.0.2.7:443: i/o timeout":                                        "dial tcp ADDRESS: i/o timeout",
		"Get https://192.0.2.7/api":                                                  "Get https://ADDRESS/api",
		"10.92.0.0/20 and 1.33.5-gke.1125000":                                        "10.92.0.0/20 and 1.33.5-gke.1125000",
	} {
		if got := n.clean(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestNormalizeTwice: normalizing a normalized text changes nothing.
func TestNormalizeTwice(t *testing.T) {
	t.Parallel()
	n := newNormalizer(Target{Project: "project", Number: "123456789"})
	const text = "projects/project/x a@b.example 123456789 2026-10-01T12:00:00Z"
	if once := n.clean(text); n.clean(once) != once {
		t.Errorf("%q becomes %q", once, n.clean(once))
	}
}

func TestNoTarget(t *testing.T) {
	t.Parallel()
	if got := newNormalizer(Target{}).clean("projects/x/y"); got != "projects/x/y" {
		t.Error(got)
	}
}
