package function_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// output is a configuration to output one expression.
func output(expression string) string {
	return fmt.Sprintf("output \"it\" {\n  value = %s\n}\n", expression)
}

func shows(want knownvalue.Check) []statecheck.StateCheck {
	return []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("it", want)}
}

func TestFunctionsInAConfiguration(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	image := `"us-docker.pkg.dev/example/app/web@` + digest + `"`
	var steps []resource.TestStep
	for expression, want := range map[string]knownvalue.Check{
		"signature_payload(" + image + ")":                       knownvalue.StringExact(known(t, "payload.json")),
		fmt.Sprintf("public_key_id(%q)", known(t, "p256.pem")):   knownvalue.StringExact(answers(t, "ids.txt")["p256.pem"]),
		fmt.Sprintf("kms_key_id(%q)", version):                   knownvalue.StringExact("//cloudkms.googleapis.com/v1/" + version),
		`kms_algorithm("EC_SIGN_P256_SHA256")`:                   knownvalue.StringExact("ECDSA_P256_SHA256"),
		"image_matches(\"us-docker.pkg.dev/**\", " + image + ")": knownvalue.Bool(true),
		"parse_image(" + image + ")": knownvalue.ObjectExact(map[string]knownvalue.Check{
			"registry": knownvalue.StringExact("us-docker.pkg.dev"), "repository": knownvalue.StringExact("example/app/web"),
			"tag": knownvalue.Null(), "digest": knownvalue.StringExact(digest),
			"name": knownvalue.StringExact("us-docker.pkg.dev/example/app/web"),
		}),
	} {
		steps = append(steps, resource.TestStep{Config: output("provider::binauthz::" + expression), ConfigStateChecks: shows(want)})
	}
	g.Run(t, steps...)
	if n := g.AllCalls(); n > 0 {
		t.Errorf("%d calls: functions ask nobody", n)
	}
}

func TestWhatIsNotKnownYetIsComputedLater(t *testing.T) {
	t.Parallel()
	const config = `
resource "terraform_data" "version" {
  input = %q
}
`
	g := acctest.NewEmulated(t, emulator.Options{})
	g.Run(t, resource.TestStep{
		Config: fmt.Sprintf(config, version) + output("provider::binauthz::kms_key_id(terraform_data.version.output)"),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply:             []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("it")},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
		ConfigStateChecks: shows(knownvalue.StringExact("//cloudkms.googleapis.com/v1/" + version)),
	})
}

func TestErrorsAreAtTheArgument(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	var steps []resource.TestStep
	for expression, words := range map[string]string{
		`signature_payload("gcr.io/p/web:v1")`:          `"image"\s+parameter:(?s:.*)has\s+no\s+digest(?s:.*)crane\s+digest\s+IMAGE`,
		`public_key_id("key")`:                          `"key"\s+parameter:(?s:.*)no\s+PEM\s+block(?s:.*)openssl\s+pkey\s+-pubout`,
		`kms_key_id("ci")`:                              `"version"\s+parameter:(?s:.*)gcloud\s+kms\s+keys\s+versions\s+list`,
		`kms_algorithm("EC_SIGN_ED25519")`:              `"algorithm"\s+parameter:(?s:.*)EC_SIGN_ED25519`,
		`image_matches("gcr.io/*/a", "gcr.io/a")`:       `"pattern"\s+parameter:(?s:.*)is\s+not\s+an\s+allowlist\s+pattern`,
		`image_matches("gcr.io/*", "https://gcr.io/a")`: `"image"\s+parameter:(?s:.*)is\s+not\s+an\s+image`,
		`parse_image("gcr.io/A")`:                       `"image"\s+parameter:(?s:.*)is\s+not\s+an\s+image`,
		`parse_image(null)`:                             `"image"\s+parameter:(?s:.*)must\s+not\s+be\s+null`,
	} {
		steps = append(steps, resource.TestStep{
			Config:      output("provider::binauthz::" + expression),
			ExpectError: regexp.MustCompile(words),
		})
	}
	g.Run(t, steps...)
}
