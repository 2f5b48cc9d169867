package platformpolicy

import (
	"context"
	"slices"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
)

// comesFor says whether an attestation that the plan makes may satisfy a check. It cannot if the
// keys of its attestor are known and the check has none of them.
func comesFor(ctx context.Context, c *change) func(digest string, check *binaryauthorization.SimpleSigningAttestationCheck) bool {
	return func(digest string, check *binaryauthorization.SimpleSigningAttestationCheck) bool {
		return slices.ContainsFunc(c.Walk.ComingAttestors(digest), func(attestor string) bool {
			keys, known := guard.PlannedKeys(ctx, c.Clients, c.Walk, attestor)
			return !known || check == nil || trusts(check, keys)
		})
	}
}

// trusts says whether a check has one of some keys.
func trusts(check *binaryauthorization.SimpleSigningAttestationCheck, keys attest.Keyring) bool {
	for _, authenticator := range check.AttestationAuthenticators {
		if authenticator.PkixPublicKeySet == nil {
			continue
		}
		for _, trusted := range authenticator.PkixPublicKeySet.PkixPublicKeys {
			if slices.ContainsFunc(keys, func(k attest.Key) bool { return k.PGP == "" && attest.EqualPEM(k.PEM, trusted.PublicKeyPem) }) {
				return true
			}
		}
	}
	return false
}

// attestationCheckOf is the check of attestations at a place in a policy, nil if there is none.
func attestationCheckOf(policy *gcp.PlatformPolicy, set, check int) *binaryauthorization.SimpleSigningAttestationCheck {
	if sets := policy.GkePolicy.CheckSets; set < len(sets) && check < len(sets[set].Checks) {
		return sets[set].Checks[check].SimpleSigningAttestationCheck
	}
	return nil
}
