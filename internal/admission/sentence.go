package admission

import "strings"

// The objections of attestors, in the words of GKE's refusals.
const (
	noAttestations = "No attestations found that were valid and signed by a key trusted by the attestor"
	noDigest       = "Expected digest with sha256 scheme, but got tag or malformed digest"
)

// Unattested is the sentence of an attestor without a valid attestation of an image.
func Unattested(image, attestor string) string { return byAttestor(image, attestor, noAttestations) }

func byAttestor(image, attestor, why string) string {
	return "Image " + image + " denied by attestor " + attestor + ": " + why
}

// byMode is the sentence of a rule that refuses every image.
func byMode(mode string) string { return "Denied by " + strings.ToLower(mode) + " admission rule" }

// byRule is the beginning of a refusal.
func byRule(image string, rule Path) string {
	text := "Image " + image + " denied by Binary Authorization " + kinds[Scope(rule.Field)] + " admission rule"
	if rule.Key != "" {
		text += " for " + rule.Key
	}
	return text + ". "
}

var kinds = map[Scope]string{
	ScopeDefault:        "default",
	ScopeCluster:        "cluster",
	ScopeNamespace:      "Kubernetes namespace",
	ScopeServiceAccount: "Kubernetes service account",
	ScopeIstioIdentity:  "Istio service identity",
}

// remarked appends our own words in one pair of parentheses.
func remarked(text string, remarks []string) string {
	if len(remarks) == 0 {
		return text
	}
	return text + " (" + strings.Join(strings.Fields(strings.Join(remarks, "; ")), " ") + ")"
}
