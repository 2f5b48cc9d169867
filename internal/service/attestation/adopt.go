package attestation

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// adoptable finds an existing attestation for the request: the same note, image and payload, and a
// valid signature of the key. gcloud writes the image without a scheme.
func adoptable(ctx context.Context, clients *gcp.Clients, r request, note string, key attest.Key) (*gcp.Occurrence, error) {
	all, err := attested(ctx, clients, r, note)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if o.GetNoteName() == note && strings.TrimPrefix(o.GetResourceUri(), scheme) == r.image && signatureOf(o, r, key) != nil {
			return o, nil
		}
	}
	return nil, nil //nolint:nilnil // none, and no error
}

// signatureOf returns the valid signature of the key, nil if the attestation has none.
func signatureOf(o *gcp.Occurrence, r request, key attest.Key) []byte {
	payload := o.GetAttestation().GetSerializedPayload()
	if !bytes.Equal(payload, r.payload) {
		return nil
	}
	for _, s := range o.GetAttestation().GetSignatures() {
		if s.GetPublicKeyId() != key.ID || (r.signature != nil && !bytes.Equal(s.GetSignature(), r.signature)) {
			continue
		}
		if (attest.Keyring{key}).Verify(payload, key.ID, s.GetSignature(), r.digest()) == nil {
			return s.GetSignature()
		}
	}
	return nil
}

// attested lists the attestations of the image in the project. Without permission to list those of
// the project, it lists those of the note.
func attested(ctx context.Context, clients *gcp.Clients, r request, note string) ([]*gcp.Occurrence, error) {
	all, err := clients.AttestationsIn(ctx, r.project, r.digest())
	if !gcp.IsKind(err, gcp.KindDenied) {
		return all, err
	}
	all, err = clients.Attestations(ctx, note, r.digest())
	return slices.DeleteFunc(all, func(o *gcp.Occurrence) bool { return !strings.HasPrefix(o.GetName(), "projects/"+r.project+"/") }), err
}
