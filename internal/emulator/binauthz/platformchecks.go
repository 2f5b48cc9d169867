package binauthz

import (
	"slices"
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

const maxCheckProjects = 10 // Container Analysis projects per check, https://cloud.google.com/binary-authorization/quotas

// severities are the values of the two required limits in VulnerabilityCheck.
var severities = []string{"BLOCK_ALL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL", "ALLOW_ALL"}

// acceptCheck checks one check; it must have exactly one kind.
func acceptCheck(c *binaryauthorization.Check) error {
	kinds := 0
	for _, set := range []bool{
		c.AlwaysDeny, c.ImageFreshnessCheck != nil, c.SigstoreSignatureCheck != nil, c.SimpleSigningAttestationCheck != nil,
		c.SlsaCheck != nil, c.TrustedDirectoryCheck != nil, c.VulnerabilityCheck != nil,
	} {
		if set {
			kinds++
		}
	}
	if kinds != 1 {
		return invalid(notValid+"a check must be of exactly one kind, not of %d.", kinds)
	}
	if err := checkAllowlist(c.ImageAllowlist); err != nil {
		return err
	}
	return acceptKind(c)
}

func acceptKind(c *binaryauthorization.Check) error {
	switch {
	case c.ImageFreshnessCheck != nil && c.ImageFreshnessCheck.MaxUploadAgeDays <= 0:
		return invalid(notValid + "maxUploadAgeDays must be greater than zero.")
	case c.TrustedDirectoryCheck != nil && len(c.TrustedDirectoryCheck.TrustedDirPatterns) == 0:
		return invalid(notValid + "trustedDirPatterns is required.")
	case c.TrustedDirectoryCheck != nil:
		return checkTexts("trustedDirPatterns", c.TrustedDirectoryCheck.TrustedDirPatterns, conformance.CheckDirectory)
	case c.VulnerabilityCheck != nil:
		return checkVulnerability(c.VulnerabilityCheck)
	case c.SigstoreSignatureCheck != nil:
		return checkSigstore(c.SigstoreSignatureCheck)
	case c.SimpleSigningAttestationCheck != nil:
		return acceptSimpleSigning(c.SimpleSigningAttestationCheck)
	case c.SlsaCheck != nil:
		return checkSLSA(c.SlsaCheck)
	}
	return nil
}

func checkVulnerability(v *binaryauthorization.VulnerabilityCheck) error {
	for _, s := range []string{v.MaximumFixableSeverity, v.MaximumUnfixableSeverity} {
		if !slices.Contains(severities, s) {
			return invalid(notValid + "maximumFixableSeverity and maximumUnfixableSeverity are required.")
		}
	}
	if err := checkTexts("allowedCves", v.AllowedCves, conformance.CheckCVE); err != nil {
		return err
	}
	if err := checkTexts("blockedCves", v.BlockedCves, conformance.CheckCVE); err != nil {
		return err
	}
	return checkProjects(v.ContainerAnalysisVulnerabilityProjects)
}

func checkSLSA(s *binaryauthorization.SlsaCheck) error {
	for _, rule := range s.Rules {
		if rule.TrustedBuilder != "" && rule.TrustedBuilder != "BUILDER_UNSPECIFIED" && rule.TrustedBuilder != "GOOGLE_CLOUD_BUILD" {
			return invalid("Invalid value at 'trusted_builder' (TYPE_ENUM), \"%s\"", rule.TrustedBuilder)
		}
		if err := checkTexts("trustedSourceRepoPatterns", rule.TrustedSourceRepoPatterns, conformance.CheckRepository); err != nil {
			return err
		}
		if rule.AttestationSource != nil {
			if err := checkProjects(rule.AttestationSource.ContainerAnalysisAttestationProjects); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkProjects requires "projects/[PROJECT_ID]", with an id and not a number.
func checkProjects(projects []string) error {
	if len(projects) > maxCheckProjects {
		return invalid(notValid+"a check can have %d Container Analysis projects at most.", maxCheckProjects)
	}
	for _, p := range projects {
		if name, ok := strings.CutPrefix(p, "projects/"); !ok || name == "" || strings.Contains(name, "/") || isNumber(name) {
			return invalid(notValid+"'%s' is not of the form projects/PROJECT_ID.", p)
		}
	}
	return nil
}

func checkSigstore(s *binaryauthorization.SigstoreSignatureCheck) error {
	if len(s.SigstoreAuthorities) == 0 {
		return invalid(notValid + "sigstoreAuthorities is required.")
	}
	for _, authority := range s.SigstoreAuthorities {
		if authority.PublicKeySet == nil || len(authority.PublicKeySet.PublicKeys) == 0 {
			return invalid(notValid + "a sigstore authority needs a public key.")
		}
		for _, k := range authority.PublicKeySet.PublicKeys {
			if _, err := attest.ParsePKIX(k.PublicKeyPem); err != nil {
				return invalid(notValid+"%v.", err)
			}
		}
	}
	return nil
}

func acceptSimpleSigning(s *binaryauthorization.SimpleSigningAttestationCheck) error {
	if len(s.AttestationAuthenticators) == 0 {
		return invalid(notValid + "attestationAuthenticators is required.")
	}
	for _, authenticator := range s.AttestationAuthenticators {
		if authenticator.PkixPublicKeySet == nil || len(authenticator.PkixPublicKeySet.PkixPublicKeys) == 0 {
			return invalid(notValid + "an attestation authenticator needs a public key.")
		}
		for _, k := range authenticator.PkixPublicKeySet.PkixPublicKeys {
			if err := acceptPlatformKey(k); err != nil {
				return err
			}
		}
	}
	return checkProjects(s.ContainerAnalysisAttestationProjects)
}

// acceptPlatformKey checks a key, computes a missing id, and changes its algorithm to the service's
// spelling.
func acceptPlatformKey(k *binaryauthorization.PkixPublicKey) error {
	key, err := attest.ParsePKIX(k.PublicKeyPem)
	if err != nil {
		return invalid(notValid+"%v.", err)
	}
	algorithm, err := attest.ParseAlgorithm(k.SignatureAlgorithm)
	if err == nil {
		err = key.Check(algorithm)
	}
	if err != nil {
		return invalid(notValid+"%v.", err)
	}
	k.SignatureAlgorithm = string(algorithm)
	if k.KeyId == "" {
		k.KeyId = key.ID()
		return nil
	}
	if err := attest.CheckKeyID(k.KeyId); err != nil {
		return invalid(notValid+"%v.", err)
	}
	return nil
}
