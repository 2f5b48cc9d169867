package binauthz

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

type validator struct {
	pb.UnimplementedValidationHelperV1Server
	a *API
}

// ValidateAttestationOccurrence verifies the signatures of an attestation against the attestor's
// keys.
func (v validator) ValidateAttestationOccurrence(
	_ context.Context, r *pb.ValidateAttestationOccurrenceRequest,
) (*pb.ValidateAttestationOccurrenceResponse, error) {
	n, err := attestorName(r.GetAttestor())
	if err != nil {
		return nil, err
	}
	v.a.mu.Lock()
	attestor, err := v.a.attestor(n)
	v.a.mu.Unlock()
	switch {
	case err != nil:
		return nil, err
	case r.GetAttestation() == nil:
		return nil, invalid("The attestation is required.")
	case r.GetOccurrenceNote() == "" || r.GetOccurrenceResourceUri() == "":
		return nil, invalid("The occurrence's note and resource URI are required.")
	}
	return verdict(verify(attestor.GetUserOwnedGrafeasNote(), r)), nil
}

func verdict(denial error) *pb.ValidateAttestationOccurrenceResponse {
	if denial == nil {
		return &pb.ValidateAttestationOccurrenceResponse{Result: pb.ValidateAttestationOccurrenceResponse_VERIFIED}
	}
	return &pb.ValidateAttestationOccurrenceResponse{
		Result:       pb.ValidateAttestationOccurrenceResponse_ATTESTATION_NOT_VERIFIABLE,
		DenialReason: denial.Error(),
	}
}

// verify returns the reason why no signature of the attestation verifies for the attestor and
// image.
func verify(note *pb.UserOwnedGrafeasNote, r *pb.ValidateAttestationOccurrenceRequest) error {
	if r.GetOccurrenceNote() != note.GetNoteReference() {
		return fmt.Errorf("the attestation is on note %s, the attestor's note is %s", r.GetOccurrenceNote(), note.GetNoteReference())
	}
	if err := checkImage(r.GetAttestation().GetSerializedPayload(), r.GetOccurrenceResourceUri()); err != nil {
		return err
	}
	if len(r.GetAttestation().GetSignatures()) == 0 {
		return errors.New("the attestation has no signatures")
	}
	var failures []error
	for _, s := range r.GetAttestation().GetSignatures() {
		err := verifySignature(note.GetPublicKeys(), s, r.GetAttestation().GetSerializedPayload())
		if err == nil {
			return nil
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// checkImage requires that the signed payload has the digest of the occurrence's image.
func checkImage(payload []byte, uri string) error {
	_, digest, err := attest.ParsePayload(payload)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(uri, "@"+digest) {
		return fmt.Errorf("the payload is about %s, the occurrence about %s", digest, uri)
	}
	return nil
}

func verifySignature(keys []*pb.AttestorPublicKey, s *grafeaspb.Signature, payload []byte) error {
	for _, k := range keys {
		if k.GetId() == s.GetPublicKeyId() {
			return verifyWith(k, s.GetSignature(), payload)
		}
	}
	return fmt.Errorf("the attestor has no public key with the id %q", s.GetPublicKeyId())
}

func verifyWith(k *pb.AttestorPublicKey, signature, payload []byte) error {
	x := k.GetPkixPublicKey()
	if x == nil {
		return verifyPGP(k.GetAsciiArmoredPgpPublicKey(), signature, payload)
	}
	key, err := attest.ParsePKIX(x.GetPublicKeyPem())
	if err != nil {
		return err
	}
	algorithm, err := attest.ParseAlgorithm(x.GetSignatureAlgorithm().String())
	if err != nil {
		return err
	}
	return key.Verify(algorithm, payload, signature)
}

// verifyPGP requires that the signed message contains the payload of the occurrence.
func verifyPGP(armored string, signed, payload []byte) error {
	key, err := attest.ParsePGP(armored)
	if err != nil {
		return err
	}
	inside, err := key.Verify(signed)
	if err == nil && !bytes.Equal(bytes.TrimSpace(inside), bytes.TrimSpace(payload)) {
		err = errors.New("the OpenPGP message holds another payload than the attestation")
	}
	return err
}
