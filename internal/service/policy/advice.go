package policy

import "strings"

// adviceToAttest is for an image that this configuration may attest elsewhere.
func adviceToAttest(reason string) string {
	if !strings.HasSuffix(reason, noAttestation) {
		return ""
	}
	return "\n\nIf this configuration attests the image, let this resource depend on the binauthz_attestation (depends_on), so that it comes first."
}

// adviceToRotate is for a plan that takes a key away too early.
func adviceToRotate(attestor string) string {
	if attestor == "" {
		return ""
	}
	return "\n\nThis plan changes the keys of " + attestor + ". Attest the image with a key that stays, and take the other key away after that. If it has to go at once, take the image out of must_admit; " +
		"if this configuration attests it again, let this resource depend on the binauthz_attestation (depends_on)."
}
