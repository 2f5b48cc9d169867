package admission_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

var digest = "@sha256:" + strings.Repeat("0123456789abcdef", 4)

// TestPatternsMatchAsDocumented has the examples of AdmissionWhitelistPattern (v1 and v1beta1), of
// https://cloud.google.com/binary-authorization/docs/policy-yaml-reference and of Kritis'
// docs/resources.md.
func TestPatternsMatchAsDocumented(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, image string
		want           bool
	}{
		{"gcr.io/nginx*", "gcr.io/nginx:latest", true}, // the documentation writes nginx@latest
		{"gcr.io/nginx*", "gcr.io/nginx" + digest, true},
		{"gcr.io/nginx*", "gcr.io/nginx/image", false},
		{"gcr.io/nginx**", "gcr.io/nginx/image", true},
		{"gcr.io/nginx**", "gcr.io/nginx/a/b:1", true},
		{"gcr.io/nginx**", "gcr.io/nginx", true},
		{"gcr.io/1-my-image-any-tag:*", "gcr.io/1-my-image-any-tag:7", true},
		{"gcr.io/1-my-image-any-tag:*", "gcr.io/1-my-image-any-tag" + digest, false},
		{"gcr.io/2-my-image:latest", "gcr.io/2-my-image:latest", true},
		{"gcr.io/2-my-image:latest", "gcr.io/2-my-image", false},
		{"gcr.io/google_containers/*", "gcr.io/google_containers/pause:3.2", true},
		{"gcr.io/google_containers/*", "gcr.io/google_containers/etcd/etcd:3", false},
		{"k8s.gcr.io/**", "k8s.gcr.io/coredns/coredns:v1.8.0", true},
		{"k8s.gcr.io/*", "k8s.gcr.io/coredns/coredns:v1.8.0", false},
		{"k8s.gcr.io/*", "k8s.gcr.io.example.com/pause:1", false},
		{"gcr.io/*", "us.gcr.io/p/app", false},
		{"us-docker.pkg.dev/p/r/app", "us-docker.pkg.dev/p/r/app", true},
		{"us-docker.pkg.dev/p/r/app", "us-docker.pkg.dev/p/r/app:1", false},
		{"us-docker.pkg.dev/p/r/app", "us-docker.pkg.dev/p/r/app" + digest, false},
		{"us-docker.pkg.dev/p/r/app@*", "us-docker.pkg.dev/p/r/app" + digest, true},
		{"us-docker.pkg.dev/p/r/app" + digest, "us-docker.pkg.dev/p/r/app" + digest, true},
		{"us-docker.pkg.dev/p/r/app" + digest, "us-docker.pkg.dev/p/r/app:1" + digest, false},
		{"docker.io/library/nginx", "nginx", false},
		{"nginx", "nginx", true},
		{"us-central1-docker.pkg.dev/p/gcf-artifacts/**", "us-central1-docker.pkg.dev/p/gcf-artifacts/f/x" + digest, true},
	} {
		if got, err := admission.Match(c.pattern, c.image); err != nil || got != c.want {
			t.Errorf("%s on %s: got %v, %v, want %v", c.pattern, c.image, got, err, c.want)
		}
	}
}

func TestWhatIsNoPatternIsRefused(t *testing.T) {
	t.Parallel()
	for pattern, why := range map[string]string{
		"":                   "empty",
		"*":                  "after the registry",
		"**":                 "after the registry",
		"gcr.io*":            "after the registry",
		"gcr.i*":             "after the registry",
		"gcr.io/n*x":         "only at the end",
		"*.gcr.io/nginx":     "only at the end",
		"gcr.io/*/app":       "only at the end",
		"gcr.io/***":         "only at the end",
		"gcr.io/p/**/a*":     "only at the end",
		"https://gcr.io/p/a": "scheme",
		"gcr.io/p a":         "white space",
		"gcr.io/p/a\n":       "white space",
		"gcr.io/p/":          "/**",
		"gcr.io//a":          "empty path element",
		"/p/a":               "empty path element",
	} {
		if err := admission.CheckPattern(pattern); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: got %v, want an error with %q", pattern, err, why)
		}
		if ok, err := admission.Match(pattern, "gcr.io/p/a"); ok || err == nil {
			t.Errorf("%q matched or was taken: %v", pattern, err)
		}
	}
	for _, pattern := range append(admission.SystemImages(), "gcr.io/*", "nginx", "gcr.io/p/a:1", "gcr.io/p/a"+digest) {
		if err := admission.CheckPattern(pattern); err != nil {
			t.Error(err)
		}
	}
}
