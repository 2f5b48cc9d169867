package attestation

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// adoptable is the attestation that the request asks for, if the project has it: on the same note, about the same image, with
// the same payload, and with a signature of the key that verifies. gcloud writes the image without a scheme.
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

// signatureOf is the good signature that the key has in an attestation; nil if it has none.
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

// attested lists the attestations of the image that the project keeps; who may not list those of the project may list those of the note.
func attested(ctx context.Context, clients *gcp.Clients, r request, note string) ([]*gcp.Occurrence, error) {
	all, err := clients.AttestationsIn(ctx, r.project, r.digest())
	if !gcp.IsKind(err, gcp.KindDenied) {
		return all, err
	}
	all, err = clients.Attestations(ctx, note, r.digest())
	return slices.DeleteFunc(all, func(o *gcp.Occurrence) bool { return !strings.HasPrefix(o.GetName(), "projects/"+r.project+"/") }), err
}
