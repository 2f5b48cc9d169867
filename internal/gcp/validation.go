package gcp

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// ValidateAttestation asks the service whether an attestation is valid for the attestor and its
// image, and for the reason if not. The attestation need not exist yet.
func (c *Clients) ValidateAttestation(
	ctx context.Context, attestor resname.Attestor, attestation *Occurrence,
) (verified bool, reason string, err error) {
	client, err := c.validationClient()
	if err != nil {
		return false, "", err
	}
	reply, err := run(ctx, c, call[*binaryauthorizationpb.ValidateAttestationOccurrenceResponse]{
		method: validateAttestation, resource: attestor.String(), project: attestor.Project,
		send: func(ctx context.Context) (*binaryauthorizationpb.ValidateAttestationOccurrenceResponse, error) {
			return client.ValidateAttestationOccurrence(ctx, &binaryauthorizationpb.ValidateAttestationOccurrenceRequest{
				Attestor: attestor.String(), Attestation: attestation.GetAttestation(),
				OccurrenceNote: attestation.GetNoteName(), OccurrenceResourceUri: attestation.GetResourceUri(),
			})
		},
	})
	if err != nil {
		return false, "", deniedOn(err, validateAttestation, attestor.String(),
			"gcloud container binauthz attestors add-iam-policy-binding "+attestor.ID+" --project="+attestor.Project)
	}
	return reply.GetResult() == binaryauthorizationpb.ValidateAttestationOccurrenceResponse_VERIFIED, reply.GetDenialReason(), nil
}

// propagationTries is the number of validations before an attestation counts as invalid: a new key
// of an attestor takes a while to reach all servers. With pauses, this takes half a minute.
const propagationTries = 7

// AwaitValidation is ValidateAttestation with retries of a negative answer.
func (c *Clients) AwaitValidation(
	ctx context.Context, attestor resname.Attestor, attestation *Occurrence,
) (verified bool, reason string, err error) {
	for try, pause := 1, c.config.Pause; ; try, pause = try+1, 2*pause {
		verified, reason, err = c.ValidateAttestation(ctx, attestor, attestation)
		if verified || err != nil || try == propagationTries {
			return verified, reason, err
		}
		if !sleep(ctx, pause) {
			return false, reason, ended(ctx, &Error{Method: validateAttestation.name, Resource: attestor.String(), Message: reason})
		}
	}
}

// Keyring is the keys of an attestor. A key with an unknown algorithm verifies nothing.
func Keyring(a *Attestor) attest.Keyring {
	var ring attest.Keyring
	for _, key := range a.GetUserOwnedGrafeasNote().GetPublicKeys() {
		pkix := key.GetPkixPublicKey()
		algorithm, _ := attest.ParseAlgorithm(pkix.GetSignatureAlgorithm().String())
		ring = append(ring, attest.Key{
			ID:        key.GetId(),
			Comment:   key.GetComment(),
			PGP:       key.GetAsciiArmoredPgpPublicKey(),
			PEM:       pkix.GetPublicKeyPem(),
			Algorithm: algorithm,
		})
	}
	return ring
}

// Proven returns why none of these keys verifies the attestation for the image with digest
// ("sha256:…"); nil if one signature is valid.
func Proven(keys attest.Keyring, attestation *grafeas.AttestationOccurrence, digest string) error {
	if len(attestation.GetSignatures()) == 0 {
		return errors.New("the attestation has no signature")
	}
	var failures []error
	for _, s := range attestation.GetSignatures() {
		err := keys.Verify(attestation.GetSerializedPayload(), s.GetPublicKeyId(), s.GetSignature(), digest)
		if err == nil {
			return nil
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// Unproven returns why none of the attestations, oldest first, is verified by these keys for the
// image with digest; nil if one is. The reason is that of the newest.
func Unproven(keys attest.Keyring, attestations []*Occurrence, digest string) error {
	var newest error
	for _, occurrence := range attestations {
		if newest = Proven(keys, occurrence.GetAttestation(), digest); newest == nil {
			return nil
		}
	}
	return fmt.Errorf("of %d attestations none verifies: %w", len(attestations), newest)
}

// DigestOf is the digest of the image of an occurrence, "" if there is none.
func DigestOf(occurrence *Occurrence) string {
	_, digest, _ := strings.Cut(occurrence.GetResourceUri(), "@")
	return digest
}
