package policy_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
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
