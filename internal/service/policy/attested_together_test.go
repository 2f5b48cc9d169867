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

// must_admit with an attestation created by the same apply: the plan does not refuse it, and the
// apply checks again before it writes the policy.
func TestMustAdmitWhatTheSamePlanAttests(t *testing.T) {
	t.Parallel()
	g := acctest.New(t)
	name, key := g.Name("attestor"), g.KMSKeyVersion(t)
	web, api := "us-docker.pkg.dev/demo/app/web"+digest, "us-docker.pkg.dev/demo/app/api"+another
	signer := acctest.HCL(t, "testdata/attestor_with_a_key.tf", map[string]any{"name": name, "kms_key_version": key})
	attestation := fmt.Sprintf(`
resource "binauthz_attestation" "web" {
  attestor        = binauthz_attestor.it.id
  image           = %q
  kms_key_version = local.kms_key_version
}
`, web)
	policy := func(image string) string {
		required := fmt.Sprintf("must_admit = [%q]\ndepends_on = [binauthz_attestation.web]", image)
		return signer + attestation + config(require(`${binauthz_attestor.it.id}`), required)
	}
	g.Run(t,
		resource.TestStep{Config: signer},
		resource.TestStep{Config: policy(api), ExpectError: regexp.MustCompile(`there\s+is\s+no\s+attestation\s+of\s+it[\s\S]*depends_on`)},
		resource.TestStep{Config: policy(web)},
		resource.TestStep{Config: policy(web), PlanOnly: true},
	)
}

// TestMustAdmitStopsARotationThatIsTooEarly: removing the key of a required image fails at plan,
// although the policy itself does not change. It succeeds with another key of the same text, and
// after a new attestation of the image.
func TestMustAdmitStopsARotationThatIsTooEarly(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	one := g.KMSKeyVersion(t)
	two := strings.TrimSuffix(one, "1") + "2"
	web := "us-docker.pkg.dev/demo/app/web" + digest
	body := func(signer string, keys ...string) string {
		return acctest.HCL(t, "testdata/attestation_with_one_of_the_keys.tf", map[string]any{
			"kms_key_versions": keys, "image": web, "signer": signer,
		}) +
			config(require(`${binauthz_attestor.it.id}`), fmt.Sprintf("must_admit = [%q]\ndepends_on = [binauthz_attestation.web]", web))
	}
	tooEarly := regexp.MustCompile(`none\s+of\s+1\s+attestations\s+verifies\s+with\s+the\s+keys\s+left\s+by\s+this` +
		`\s+plan[\s\S]*changes\s+the\s+keys\s+of`)
	g.Run(t,
		resource.TestStep{Config: body(one, one)},
		resource.TestStep{Config: body(one, one, two)},
		resource.TestStep{Config: body(one, two), ExpectError: tooEarly},
		resource.TestStep{Config: body(two, one, two)},
		resource.TestStep{Config: body(two, two)},
	)
}
