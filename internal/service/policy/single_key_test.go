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

// singleKeys is an attestor with its keys in separate resources, and an attestation by the key
// signer of an image required by an enforced policy.
func singleKeys(t *testing.T, signer, web string, versions ...string) string {
	t.Helper()
	var keys, reference string
	for _, version := range versions {
		name := "v" + version[len(version)-1:]
		keys += fmt.Sprintf("resource \"binauthz_attestor_key\" %q {\n  attestor = binauthz_attestor.it.id\n  kms_key_version = %q\n}\n",
			name, version)
		reference = "binauthz_attestor_key." + name + ".attestor"
	}
	whole := acctest.HCL(t, "testdata/attestation_with_a_single_key.tf", map[string]any{"image": web, "signer": signer}) +
		fmt.Sprintf("locals {\n  attestor = %s\n}\n", reference) + keys +
		config(require("X"), fmt.Sprintf("must_admit = [%q]\ndepends_on = [binauthz_attestation.web]", web))
	return strings.Replace(whole, `"X"`, reference, 1)
}

// TestMustAdmitWithSingleKeys: a policy, its attestor, the keys and an attestation are created in
// one apply. Removing the key of a required image fails at plan.
func TestMustAdmitWithSingleKeys(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	one := g.KMSKeyVersion(t)
	two := strings.TrimSuffix(one, "1") + "2"
	web := "us-docker.pkg.dev/demo/app/web" + digest
	body := func(signer string, versions ...string) string { return singleKeys(t, signer, web, versions...) }
	clean := resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	g.Run(t,
		resource.TestStep{Config: body(one, one), ConfigPlanChecks: clean},
		resource.TestStep{Config: body(one, one, two), ConfigPlanChecks: clean},
		resource.TestStep{
			Config:      body(one, two),
			ExpectError: regexp.MustCompile(`none\s+of\s+1\s+attestations\s+verifies\s+with\s+the\s+keys\s+left\s+by\s+this\s+plan`),
		},
		resource.TestStep{Config: body(two, one, two), ConfigPlanChecks: clean},
		resource.TestStep{Config: body(two, two), ConfigPlanChecks: clean},
	)
}
