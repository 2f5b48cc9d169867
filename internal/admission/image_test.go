package admission_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

func TestImagesAreTakenApart(t *testing.T) {
	t.Parallel()
	sha := strings.TrimPrefix(digest, "@")
	for image, want := range map[string]admission.Image{
		"nginx":                                  {Repository: "nginx"},
		"nginx:1.27":                             {Repository: "nginx", Tag: "1.27"},
		"library/nginx":                          {Repository: "library/nginx"},
		"docker.io/library/nginx":                {Registry: "docker.io", Repository: "library/nginx"},
		"gcr.io/p/a/b:v1" + digest:               {Registry: "gcr.io", Repository: "p/a/b", Tag: "v1", Digest: sha},
		"localhost/a":                            {Registry: "localhost", Repository: "a"},
		"localhost:5000/a:1":                     {Registry: "localhost:5000", Repository: "a", Tag: "1"},
		"gcr.io/example.com/p/a":                 {Registry: "gcr.io", Repository: "example.com/p/a"},
		"us-docker.pkg.dev/p/r/a__b--c.d":        {Registry: "us-docker.pkg.dev", Repository: "p/r/a__b--c.d"},
		"gcr.io/p/a:" + strings.Repeat("x", 128): {Registry: "gcr.io", Repository: "p/a", Tag: strings.Repeat("x", 128)},
	} {
		if got, err := admission.ParseImage(image); err != nil || got != want || got.String() != image {
			t.Errorf("%s: got %+v (%s), %v, want %+v", image, got, got, err, want)
		}
	}
}

func TestWhatIsNoImageIsRefused(t *testing.T) {
	t.Parallel()
	for _, image := range []string{
		"", "/", "gcr.io/", "gcr.io//a", "gcr.io/A", "gcr.io/a:", "gcr.io/a:b:c", "gcr.io/a:" + strings.Repeat("x", 129), "gcr.io/a@",
		"gcr.io/a@sha256:12", "gcr.io/a@latest", "gcr.io/a@sha512:" + strings.Repeat("0", 128), "gcr.io/a" + digest + digest,
		"https://gcr.io/a", "gcr.io/a b", "gcr.io/a\n", "-gcr.io/a", "gcr..io/a", "gcr.io:x/a", "gcr.io/a*",
		strings.ToUpper("gcr.io/a" + digest),
	} {
		if got, err := admission.ParseImage(image); err == nil || got != (admission.Image{}) {
			t.Errorf("%q was taken: %+v", image, got)
		}
	}
}
