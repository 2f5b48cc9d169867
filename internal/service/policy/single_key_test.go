package policy_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// singleKeys is an attestor whose keys are resources of their own, and an attestation of an image that must be admitted by a
// policy that enforces, by the key signer.
func singleKeys(signer, web string, versions ...string) string {
	var keys, reference string
	for _, version := range versions {
		name := "v" + version[len(version)-1:]
		keys += fmt.Sprintf("resource \"binauthz_attestor_key\" %q {\n  attestor = binauthz_attestor.it.id\n  kms_key_version = %q\n}\n", name, version)
		reference = "binauthz_attestor_key." + name + ".attestor"
	}
	whole := fmt.Sprintf(`
resource "binauthz_note" "it" {
  name                = "built"
  human_readable_name = "Built"
}
resource "binauthz_attestor" "it" {
  name = "built"
  note = binauthz_note.it.id
}
resource "binauthz_attestation" "web" {
  attestor        = %s
  image           = %q
  kms_key_version = %q
  lifecycle {
    create_before_destroy = true
  }
}
`, reference, web, signer) + keys + config(require("X"), fmt.Sprintf("must_admit = [%q]\ndepends_on = [binauthz_attestation.web]", web))
	return strings.Replace(whole, `"X"`, reference, 1)
}

// A policy that refers to the keys' attestor is applied together with it, with the keys and with what they attest; and a plan that takes
// away the key of an image that must be admitted fails.
func TestMustAdmitWithSingleKeys(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	one := g.KMSKeyVersion(t)
	two := strings.TrimSuffix(one, "1") + "2"
	web := "us-docker.pkg.dev/demo/app/web" + digest
	body := func(signer string, versions ...string) string { return singleKeys(signer, web, versions...) }
	clean := resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	g.Run(t,
		resource.TestStep{Config: body(one, one), ConfigPlanChecks: clean},
		resource.TestStep{Config: body(one, one, two), ConfigPlanChecks: clean},
		resource.TestStep{Config: body(one, two), ExpectError: regexp.MustCompile(`none\s+verifies\s+with\s+a\s+key\s+that\s+this\s+plan\s+leaves`)},
		resource.TestStep{Config: body(two, one, two), ConfigPlanChecks: clean},
		resource.TestStep{Config: body(two, two), ConfigPlanChecks: clean},
	)
}
