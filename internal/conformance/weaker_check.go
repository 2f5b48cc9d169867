package conformance

import (
	"slices"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// Kind is the attribute name of a check's kind; "" for an unknown kind.
func Kind(c *binaryauthorization.Check) string {
	switch {
	case c.ImageFreshnessCheck != nil:
		return "image_freshness_check"
	case c.SigstoreSignatureCheck != nil:
		return "sigstore_signature_check"
	case c.SimpleSigningAttestationCheck != nil:
		return "simple_signing_attestation_check"
	case c.SlsaCheck != nil:
		return "slsa_check"
	case c.TrustedDirectoryCheck != nil:
		return "trusted_directory_check"
	case c.VulnerabilityCheck != nil:
		return "vulnerability_check"
	case c.AlwaysDeny:
		return "always_deny"
	}
	return ""
}

// checks compares two checks of one kind.
func (w *weakenings) checks(what string, a, b *binaryauthorization.Check) {
	switch Kind(a) {
	case "image_freshness_check":
		if was, is := a.ImageFreshnessCheck.MaxUploadAgeDays, b.ImageFreshnessCheck.MaxUploadAgeDays; is > was {
			w.add("%s: max_upload_age_days was %d and becomes %d", what, was, is)
		}
	case "trusted_directory_check":
		w.more(what, "trusted_dir_patterns", a.TrustedDirectoryCheck.TrustedDirPatterns, b.TrustedDirectoryCheck.TrustedDirPatterns)
	case "vulnerability_check":
		w.vulnerabilities(what, a.VulnerabilityCheck, b.VulnerabilityCheck)
	case "simple_signing_attestation_check":
		w.more(what, "public keys", pkixKeys(a), pkixKeys(b))
		w.more(what, "container_analysis_attestation_projects",
			a.SimpleSigningAttestationCheck.ContainerAnalysisAttestationProjects,
			b.SimpleSigningAttestationCheck.ContainerAnalysisAttestationProjects)
	case "sigstore_signature_check":
		w.more(what, "public keys", sigstoreKeys(a), sigstoreKeys(b))
	case "slsa_check":
		w.rules(what, a.SlsaCheck.Rules, b.SlsaCheck.Rules)
	}
}

func (w *weakenings) vulnerabilities(what string, a, b *binaryauthorization.VulnerabilityCheck) {
	w.severity(what+": maximum_fixable_severity", a.MaximumFixableSeverity, b.MaximumFixableSeverity)
	w.severity(what+": maximum_unfixable_severity", a.MaximumUnfixableSeverity, b.MaximumUnfixableSeverity)
	w.more(what, "allowed_cves", a.AllowedCves, b.AllowedCves)
	w.fewer(what, "blocked_cves", a.BlockedCves, b.BlockedCves)
	w.fewer(what, "container_analysis_vulnerability_projects",
		a.ContainerAnalysisVulnerabilityProjects, b.ContainerAnalysisVulnerabilityProjects)
}

func (w *weakenings) severity(what, was, is string) {
	if slices.Index(Severities, is) > slices.Index(Severities, was) {
		w.add("%s was %s and becomes %s", what, was, is)
	}
}

// more reports new elements of a list whose elements let images pass.
func (w *weakenings) more(what, list string, was, is []string) {
	for _, v := range is {
		if !slices.Contains(was, v) {
			w.add("%s: %s also has %s", what, list, v)
		}
	}
}

// fewer reports missing elements of a list whose elements keep images from passing.
func (w *weakenings) fewer(what, list string, was, is []string) {
	for _, v := range was {
		if !slices.Contains(is, v) {
			w.add("%s: %s no longer has %s", what, list, v)
		}
	}
}

// rules reports new and changed rules: any one rule lets an image pass.
func (w *weakenings) rules(what string, was, is []*binaryauthorization.VerificationRule) {
	for i, rule := range is {
		if !slices.ContainsFunc(was, func(o *binaryauthorization.VerificationRule) bool { return sameRule(rule, o) }) {
			w.add("%s: rules[%d] is new or changed, and any one rule is enough", what, i)
		}
	}
}

func sameRule(a, b *binaryauthorization.VerificationRule) bool {
	of := func(r *binaryauthorization.VerificationRule) *Policy {
		check := &binaryauthorization.Check{SlsaCheck: &binaryauthorization.SlsaCheck{Rules: []*binaryauthorization.VerificationRule{r}}}
		sets := []*binaryauthorization.CheckSet{{Checks: []*binaryauthorization.Check{check}}}
		return &Policy{GkePolicy: &binaryauthorization.GkePolicy{CheckSets: sets}}
	}
	return Same(of(a), of(b))
}

// allowlist reports patterns that exempt more images than before. An unknown pattern is empty.
func (w *weakenings) allowlist(what string, was, is *binaryauthorization.ImageAllowlist) {
	if is == nil {
		return
	}
	for _, text := range is.AllowPattern {
		if text != "" && (was == nil || !covered(was.AllowPattern, text)) {
			w.add("%s: image_allowlist also has %s", what, text)
		}
	}
}

func covered(patterns []string, text string) bool {
	wanted, err := ParsePattern(text)
	return slices.ContainsFunc(patterns, func(other string) bool {
		p, otherErr := ParsePattern(other)
		return other == text || err == nil && otherErr == nil && p.Covers(wanted)
	})
}

func pkixKeys(c *binaryauthorization.Check) (keys []string) {
	for _, authenticator := range c.SimpleSigningAttestationCheck.AttestationAuthenticators {
		if authenticator.PkixPublicKeySet != nil {
			for _, k := range authenticator.PkixPublicKeySet.PkixPublicKeys {
				keys = append(keys, digest(k.PublicKeyPem))
			}
		}
	}
	return keys
}

func sigstoreKeys(c *binaryauthorization.Check) (keys []string) {
	for _, authority := range c.SigstoreSignatureCheck.SigstoreAuthorities {
		if authority.PublicKeySet != nil {
			for _, k := range authority.PublicKeySet.PublicKeys {
				keys = append(keys, digest(k.PublicKeyPem))
			}
		}
	}
	return keys
}

func digest(pem string) string {
	if key, err := attest.ParsePKIX(pem); err == nil {
		return key.ID()
	}
	return pem
}
