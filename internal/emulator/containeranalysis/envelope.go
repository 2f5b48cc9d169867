package containeranalysis

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

const (
	payloadType = "application/vnd.in-toto+json"
	builderKey  = "projects/verified-builder/locations/global/keyRings/attestor/cryptoKeys/google-hosted-worker/cryptoKeyVersions/1"
)

// seal returns the envelope of a provenance
// (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md). The envelope names Google's
// key, as in recordings, but the emulator's own key signs it.
func seal(statement object) (*grafeaspb.Envelope, error) {
	payload, err := json.Marshal(statement)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(attest.PAE(payloadType, payload))
	sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		return nil, err
	}
	return &grafeaspb.Envelope{
		Payload: payload, PayloadType: payloadType, Signatures: []*grafeaspb.EnvelopeSignature{{Keyid: builderKey, Sig: sig}},
	}, nil
}
