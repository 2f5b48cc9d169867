package attestation

import (
	"bytes"
	"context"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// adoptable is the attestation that the request asks for, if the project has it: on the same note, about the same image, with
// the same payload, and with a signature of the key that verifies. Who may not list finds nothing.
func adoptable(ctx context.Context, clients *gcp.Clients, r request, note string, key attest.Key) (*gcp.Occurrence, error) {
	all, err := clients.AttestationsIn(ctx, r.project, r.digest())
	if gcp.IsKind(err, gcp.KindDenied) {
		return nil, nil //nolint:nilnil // none, and no error
	}
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if o.GetNoteName() == note && o.GetResourceUri() == r.uri() && signedBy(o, r, key) {
			return o, nil
		}
	}
	return nil, nil //nolint:nilnil // none, and no error
}

func signedBy(o *gcp.Occurrence, r request, key attest.Key) bool {
	payload := o.GetAttestation().GetSerializedPayload()
	if !bytes.Equal(payload, r.payload) {
		return false
	}
	for _, s := range o.GetAttestation().GetSignatures() {
		if s.GetPublicKeyId() != key.ID || (r.signature != nil && !bytes.Equal(s.GetSignature(), r.signature)) {
			continue
		}
		if (attest.Keyring{key}).Verify(payload, key.ID, s.GetSignature(), r.digest()) == nil {
			return true
		}
	}
	return false
}
