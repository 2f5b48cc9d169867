package attestation_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
)

func TestValidationIsTheServices(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	id := k.version.KeyID()
	k.adds(t, "built", id)
	k.adds(t, "tested", id)
	k.reads(t, "renamed", "built", "https://keys.example/1")
	attestor, image := `attestor = "built"`, `image = "`+webImage+`"`
	none := fmt.Sprintf(`attestation = "projects/demo/occurrences/%s"`, "11111111-2222-3333-4444-555555555555")
	var wrong, foreign, good string
	named := func(name *string) string { return fmt.Sprintf("attestation = %q", *name) }
	wrong = k.attests(t, k.Project, "built", webImage, otherImage, id)
	foreign = k.attests(t, k.Project, "tested", webImage, webImage, id)
	elsewhere := k.attests(t, k.Project, "built", otherImage, otherImage, id)
	k.Run(
		t,
		validates(false, unattested("built", `no attestation on its note projects/demo/notes/built`), 0, attestor,
			`image = "us-docker.pkg.dev/acme/app/web@sha256:`+strings.Repeat("3", 64)+`"`),
		validates(false,
			unattested("built",
				`the payload is about sha256:222\w+, the occurrence about https://us-docker.pkg.dev/acme/app/web@sha256:111\w+`), 1,
			attestor, image),
		validates(false, `attestation projects/demo/occurrences/1111\S+ does not exist`, 0, attestor, image, none),
		validates(false, `the attestation is on note projects/demo/notes/tested, the attestor's note is projects/demo/notes/built`, 1,
			attestor, image, named(&foreign)),
		validates(false, `it is an attestation of https://us-docker.pkg.dev/acme/app/other@sha256:222\w+`, 1, attestor, image,
			named(&elsewhere)),
		validates(true, ``, 1, `attestor = "projects/demo/attestors/tested"`, image),
	)
	good = k.attests(t, k.Project, "built", webImage, webImage, id)
	k.Run(
		t,
		validates(true, ``, 2, attestor, image),
		validates(true, ``, 1, attestor, image, named(&good)),
		validates(false, `the payload is about .*`, 1, attestor, image, named(&wrong)),
		validates(false,
			unattested("renamed",
				`none of the newest 2 of 2 attestations is verified; reason for the newest: .*no public key with the id.*`), 2,
			`attestor = "renamed"`, image),
		resource.TestStep{Config: data(validation, attestor, image), ConfigStateChecks: []statecheck.StateCheck{
			shows(validation, "id", knownvalue.StringExact("projects/demo/attestors/built@"+strings.Split(webImage, "@")[1])),
			statecheck.ExpectKnownValue("data."+validation+".it", tfjsonpath.New("attestations").AtSliceIndex(0),
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"name": knownvalue.StringExact(good), "verified": knownvalue.Bool(true), "reason": knownvalue.StringExact(""),
					"create_time": knownvalue.NotNull(),
				})),
			statecheck.ExpectKnownValue("data."+validation+".it", tfjsonpath.New("attestations").AtSliceIndex(1).AtMapKey("verified"),
				knownvalue.Bool(false)),
		}},
	)
}

// TestValidationAsksAboutTheNewest: the service is asked about the newest 20 attestations. In the
// first step, the only valid one is older. In the second step, the newest is valid.
func TestValidationAsksAboutTheNewest(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	id := k.version.KeyID()
	k.adds(t, "built", id)
	k.attests(t, k.Project, "built", webImage, webImage, id)
	for range 22 {
		k.attests(t, k.Project, "built", webImage, otherImage, id)
	}
	attestor, image := `attestor = "built"`, `image = "`+webImage+`"`
	k.Emulator.ResetCalls()
	k.Run(t, validates(false, `none of the newest 20 of 23 attestations is verified; reason for the newest: the payload is about .*`, 20,
		attestor, image))
	if n := k.Calls("ValidateAttestationOccurrence"); n%20 != 0 {
		t.Errorf("%d validations", n)
	}
	k.attests(t, k.Project, "built", webImage, webImage, id)
	k.Run(t, validates(true, ``, 20, attestor, image))
}

// TestValidationInACheck: a failed check is a warning. The apply succeeds and prints the reason.
func TestValidationInACheck(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "built", k.version.KeyID())
	cli := k.CLI(t, fmt.Sprintf(`
check "attested" {
  data %q "web" {
    attestor = "built"
    image    = %q
  }
  assert {
    condition     = data.%s.web.verified
    error_message = "web: ${data.%s.web.reason}"
  }
}
`, validation, webImage, validation, validation))
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 ||
		!regexp.MustCompile(`web: Image\s+us-docker\S+:1111\w+\s+denied\s+by\s+attestor\s+projects/demo/attestors/built:\s+No`+
			`\s+attestations\s+found`).MatchString(out) {
		t.Errorf("%d\n%s", code, out)
	}
	k.attests(t, k.Project, "built", webImage, webImage, k.version.KeyID())
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 || strings.Contains(out, "Warning") {
		t.Errorf("%d\n%s", code, out)
	}
	k.fails(t, "ValidateAttestationOccurrence=permission_denied,count=forever")
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 ||
		!regexp.MustCompile(`(?s)Warning.*verifyImageAttested.*attestorsVerifier`).MatchString(out) {
		t.Errorf("%d\n%s", code, out)
	}
}

func TestValidationInAPostcondition(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "built", k.version.KeyID())
	wants := data(validation, `attestor = "built"`, `image = "`+webImage+`"`, `lifecycle {
    postcondition {
      condition     = self.verified
      error_message = "refused: ${self.reason}"
    }
  }`)
	k.Run(
		t,
		resource.TestStep{
			Config: wants,
			ExpectError: regexp.MustCompile(`refused: Image\s+us-docker\S+\s+denied\s+by\s+attestor` +
				`\s+projects/demo/attestors/built:\s+No\s+attestations\s+found`),
		},
		resource.TestStep{Config: wants, PreConfig: func() { k.attests(t, k.Project, "built", webImage, webImage, k.version.KeyID()) }},
	)
}

func TestValidationRefuses(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "built", k.version.KeyID())
	attestor, image := `attestor = "built"`, `image = "`+webImage+`"`
	name := k.attests(t, k.Project, "built", webImage, webImage, k.version.KeyID())
	k.Run(
		t,
		refuses(validation, `has no digest(.|\n)*binauthz_image`, attestor, `image = "us-docker.pkg.dev/acme/app/web:v1"`),
		refuses(validation, `not found \(GetAttestor\)`, `attestor = "none"`, image),
		refuses(validation, `must be the full name of an occurrence`, attestor, image, `attestation = "1"`),
	)
	for _, method := range []string{"GetAttestor", "ListNoteOccurrences", "ValidateAttestationOccurrence", "GetOccurrence"} {
		k.fails(t, method+"=unavailable")
		k.fails(t, method+"=resource_exhausted")
		k.fails(t, method+"=reset")
	}
	k.Run(t, validates(true, ``, 1, attestor, image), validates(true, ``, 1, attestor, image, fmt.Sprintf("attestation = %q", name)))
	for _, method := range []string{"GetAttestor", "ListNoteOccurrences", "ValidateAttestationOccurrence", "GetOccurrence"} {
		if n := k.Calls(method); n < 4 {
			t.Errorf("%s was called %d times: not all faults struck", method, n)
		}
	}
	for _, kind := range []string{validation, list} {
		tagged := k.CLI(t, data(kind, attestor, `image = "us-docker.pkg.dev/acme/app/web:v1"`))
		if out, code := tagged.Run(t, "validate"); code == 0 || !strings.Contains(out, "has no digest") {
			t.Errorf("%s: %d\n%s", kind, code, out)
		}
	}
	k.fails(t, "GetOccurrence=permission_denied,count=forever")
	k.Run(t, refuses(validation, `containeranalysis\.occurrences\.get is missing`, attestor, image, fmt.Sprintf("attestation = %q", name)))
}

// TestValidationWaitsForTheAttestation: one apply creates the attestor and the attestation. The
// service's verdict is read after both.
func TestValidationWaitsForTheAttestation(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.Run(t, resource.TestStep{
		Config: acctest.HCL(t, "testdata/attestation_and_its_validation.tf", map[string]any{
			"kms_key_version": k.version.String(), "image": webImage,
		}),
	})
}
