package attestation_test

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

const validation = "binauthz_attestation_validation"

// validates reads the validation, and expects its verdict, its reason and the number of
// attestations.
func validates(verified bool, reason string, asked int, attributes ...string) resource.TestStep {
	return resource.TestStep{Config: data(validation, attributes...), ConfigStateChecks: []statecheck.StateCheck{
		shows(validation, "verified", knownvalue.Bool(verified)),
		shows(validation, "reason", knownvalue.StringRegexp(regexp.MustCompile("^"+reason+"$"))),
		shows(validation, "attestations", knownvalue.ListSizeExact(asked)),
	}}
}

// unattested is a pattern of GKE's message for an image without a valid attestation by the
// attestor. The provider adds reason to it.
func unattested(attestor, reason string) string {
	return `Image \S+@sha256:\w+ denied by attestor projects/demo/attestors/` + attestor +
		`: No attestations found that were valid and signed by a key trusted by the attestor \(` + reason + `\)`
}
