package attestation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// TestAnAttestationOfATaggedReference: gcloud also attests registry/repository:tag@sha256:…. Such
// an attestation is one of the digest. It imports with a valid image, without the tag.
func TestAnAttestationOfATaggedReference(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	tagged := strings.Replace(webImage, "@", ":v1@", 1)
	name := k.attests(t, k.Project, "ci", tagged, webImage, k.version.KeyID())
	k.Run(t, resource.TestStep{
		Config: fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", it, name) +
			attested("projects/demo/attestors/ci", webImage, by(k.version)) +
			data("binauthz_attestations", `attestor = "ci"`),
		Check:            holds(t, k.Ground, "ci", 1),
		ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		ConfigStateChecks: []statecheck.StateCheck{
			value("id", knownvalue.StringExact(name)), value("image", knownvalue.StringExact(webImage)),
			value("resource_uri", knownvalue.StringExact("https://"+tagged)),
			shows("binauthz_attestations", "attestations",
				knownvalue.ListPartial(map[int]knownvalue.Check{0: knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"image": knownvalue.StringExact(webImage), "resource_uri": knownvalue.StringExact("https://" + tagged),
					"verified": knownvalue.Bool(true),
				})})),
		},
	})
	expectMade(t, k, 1)
}
