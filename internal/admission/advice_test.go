package admission_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

func TestAPatternThatExemptsNothingUsual(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string][]string{
		"us-docker.pkg.dev/p/*": {
			"images of us-docker.pkg.dev are project/repository/image", `* stops at "/"`, `Use "us-docker.pkg.dev/p/**"`,
		},
		"us-docker.pkg.dev/p*":              {`Use "us-docker.pkg.dev/p**"`},
		"us-docker.pkg.dev/*":               {`Use "us-docker.pkg.dev/**"`},
		"us-docker.pkg.dev/p/r":             {"project/repository/image", `Use "us-docker.pkg.dev/p/r/**"`},
		"us-docker.pkg.dev/p/r*":            {`Use "us-docker.pkg.dev/p/r**"`},
		"us-docker.pkg.dev/example.com/p/*": {"domain/project/repository/image", `Use "us-docker.pkg.dev/example.com/p/**"`},
		"europe-west1-docker.pkg.dev/p/*":   {`Use "europe-west1-docker.pkg.dev/p/**"`},
		"gcr.io/*":                          {"images of gcr.io are project/image", `Use "gcr.io/**"`},
		"eu.gcr.io/p":                       {"project/image", `Use "eu.gcr.io/p/**"`},
		"gcr.io/example.com/p*":             {`Use "gcr.io/example.com/p**"`},
		"us-docker.pkg.dev/p/r/app": {
			"without a tag and without a digest", `"us-docker.pkg.dev/p/r/app:*" and "us-docker.pkg.dev/p/r/app@*"`,
		},
		"nginx":                              {`"nginx:*" and "nginx@*"`},
		"docker.io/library/redis":            {`"docker.io/library/redis:*"`},
		"docker.io/redis[@:]*":               {`"[" is taken literally`, `"docker.io/redis:*" and "docker.io/redis@*"`},
		"docker.io/redis:[0-9]*":             {`"[" is taken literally`, `"docker.io/redis:*" and "docker.io/redis@*"`},
		"gcr.io/p/app?":                      {`"?" is taken literally`},
		"gcr.io/{p,q}/**":                    {`"{" is taken literally`},
		"gcr.io/p/App:*":                     {"in lower case", `Use "gcr.io/p/app:*"`},
		"gcr.io/p/app@sha512:*":              {"no image has this form"},
		"gcr.io/p/app@sha256:XYZ*":           {"no image has this form"},
		"gcr.io/p/a..b/**":                   {"no image has this form"},
		"gcr.io/p/app:v1/**":                 {"no image has this form"},
		"gcr.io/p/app@sha256:" + digest[:20]: {"no image has this form"},
	} {
		advice, ok := admission.PatternAdvice(pattern)
		if ok {
			t.Errorf("%s is taken for a usual pattern", pattern)
		}
		for _, words := range append(want, pattern, "exempts no usual image") {
			if !strings.Contains(advice, words) {
				t.Errorf("%s: %q does not say %q", pattern, advice, words)
			}
		}
	}
}

// TestAUsualPatternGetsNoAdvice: the suggestion is a valid and usual pattern.
func TestAUsualPatternGetsNoAdvice(t *testing.T) {
	t.Parallel()
	for _, pattern := range append(admission.SystemImages(),
		"us-docker.pkg.dev/p/**", "us-docker.pkg.dev/p**", "us-docker.pkg.dev/**", "us-docker.pkg.dev/p/r/*",
		"us-docker.pkg.dev/p/r/app*", "us-docker.pkg.dev/p/r/app:*", "us-docker.pkg.dev/p/r/app@*", "us-docker.pkg.dev/p/r/app:v1",
		"us-docker.pkg.dev/p/r/app"+digest, "us-docker.pkg.dev/p/r/app:v1"+digest, "us-docker.pkg.dev/example.com/p/r/*",
		"gcr.io/**", "gcr.io/p/*", "gcr.io/example.com/p/*", "registry.k8s.io/*", "docker.io/*", "docker.io/library/*",
		"localhost:5000/*", "us-central1-artifactregistry.gcr.io/gke-release/gke-release/**", "gcr.io/p/app@sha256:*",
		"gcr.io/p/app@sha256:0123*", "gcr.io/p/app:v1.*", "gcr.io/p/app-**",
		"library/nginx:*", "", "*", "gcr.io/n*x", "https://gcr.io/p/a", // the last four are invalid; CheckPattern reports them
	) {
		if advice, ok := admission.PatternAdvice(pattern); !ok || advice != "" {
			t.Errorf("%s: %s", pattern, advice)
		}
	}
}

var quoted = regexp.MustCompile(`"([^"]*\*)"`)

// TestAdviceIsRight: a pattern that exempts an image with a tag or a digest gets advice only for
// the depth of its registry. The suggestion gets none.
func TestAdviceIsRight(t *testing.T) {
	t.Parallel()
	paths := rapid.StringMatching(`(quay\.io/|localhost:5000/|us-docker\.pkg\.dev/|gcr\.io/)?([a-z0-9]{1,3}/){0,3}[a-z0-9]{1,3}`)
	rapid.Check(t, func(t *rapid.T) {
		path := paths.Draw(t, "path")
		image := path + rapid.SampledFrom([]string{":v1", digest, ":v1" + digest}).Draw(t, "version")
		pattern := image[:rapid.IntRange(0, len(image)).Draw(t, "cut")] + rapid.SampledFrom([]string{"", "*", "**"}).Draw(t, "wildcard")
		exempt, err := admission.Match(pattern, image)
		advice, ok := admission.PatternAdvice(pattern)
		if err == nil && exempt && !ok && !strings.Contains(advice, "images of ") {
			t.Errorf("%s exempts %s: %s", pattern, image, advice)
		}
		if _, meant, found := strings.Cut(advice, "se \""); found {
			for _, m := range quoted.FindAllStringSubmatch("\""+meant, -1) {
				if advice, ok := admission.PatternAdvice(m[1]); !ok {
					t.Errorf("%s is advised for %s: %s", m[1], pattern, advice)
				}
			}
		}
	})
}
