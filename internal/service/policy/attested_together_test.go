package policy_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// must_admit counts on an attestation that the same apply makes: the plan does not refuse it, and the apply looks again before it
// writes the policy.
func TestMustAdmitWhatTheSamePlanAttests(t *testing.T) {
	t.Parallel()
	g := acctest.New(t)
	name := g.Name("attestor")
	newSigner(t, g, name)
	attestor := "projects/" + g.Project + "/attestors/" + name
	web, api := "us-docker.pkg.dev/demo/app/web"+digest, "us-docker.pkg.dev/demo/app/api"+another
	policy := func(image string) string {
		return config(require(attestor), fmt.Sprintf("must_admit = [%q]\ndepends_on = [binauthz_attestation.web]", image)) + fmt.Sprintf(`
resource "binauthz_attestation" "web" {
  attestor        = %q
  image           = %q
  kms_key_version = %q
}
`, attestor, web, g.KMSKeyVersion(t))
	}
	g.Run(t,
		resource.TestStep{Config: policy(api), ExpectError: regexp.MustCompile(`there\s+is\s+no\s+attestation\s+of\s+it[\s\S]*depends_on`)},
		resource.TestStep{Config: policy(web)},
		resource.TestStep{Config: policy(web), PlanOnly: true},
	)
}

// A plan that takes away the key of an image that must be admitted fails, although the policy itself does not change. With a key of
// the same text that stays, and after the image was attested again, it goes through.
func TestMustAdmitStopsARotationThatIsTooEarly(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	one := g.KMSKeyVersion(t)
	two := strings.TrimSuffix(one, "1") + "2"
	web := "us-docker.pkg.dev/demo/app/web" + digest
	body := func(signer string, keys ...string) string {
		return fmt.Sprintf(`
resource "binauthz_note" "it" {
  name                = "built"
  human_readable_name = "Built"
}
resource "binauthz_attestor" "it" {
  name        = "built"
  note        = binauthz_note.it.id
  public_keys = [for version in %s : { kms_key_version = version }]
}
resource "binauthz_attestation" "web" {
  attestor        = binauthz_attestor.it.id
  image           = %q
  kms_key_version = %q
  lifecycle {
    create_before_destroy = true
  }
}
`, list(keys...), web, signer) + config(require(`${binauthz_attestor.it.id}`), fmt.Sprintf("must_admit = [%q]\ndepends_on = [binauthz_attestation.web]", web))
	}
	tooEarly := regexp.MustCompile(`none\s+verifies\s+with\s+a\s+key\s+that\s+this\s+plan\s+leaves[\s\S]*changes\s+the\s+keys\s+of`)
	g.Run(t,
		resource.TestStep{Config: body(one, one)},
		resource.TestStep{Config: body(one, one, two)},
		resource.TestStep{Config: body(one, two), ExpectError: tooEarly},
		resource.TestStep{Config: body(two, one, two)},
		resource.TestStep{Config: body(two, two)},
	)
}

func list(texts ...string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = fmt.Sprintf("%q", text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
