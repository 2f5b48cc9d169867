package gcp

import (
	"os"
	"strings"
	"testing"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// TestUnprovenSaysWhy: one valid attestation is enough; without one, the reason is from the newest.
func TestUnprovenSaysWhy(t *testing.T) {
	t.Parallel()
	file := func(name string) []byte {
		raw, err := os.ReadFile("../attest/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	ring := attest.Keyring{{ID: "key", PEM: string(file("p256.pem")), Algorithm: "ECDSA_P256_SHA256"}}
	by := func(id, signature string) *Occurrence {
		return &Occurrence{Details: &grafeas.Occurrence_Attestation{Attestation: &grafeas.AttestationOccurrence{
			SerializedPayload: file("payload.json"), Signatures: []*grafeas.Signature{{PublicKeyId: id, Signature: []byte(signature)}},
		}}}
	}
	good, bad, strange := by("key", string(file("ECDSA_P256_SHA256.sig"))), by("key", "x"), by("other", "x")
	for _, all := range [][]*Occurrence{{good}, {good, bad}, {bad, good}} {
		if err := Unproven(ring, all, aDigest); err != nil {
			t.Error(err)
		}
	}
	for reason, all := range map[string][]*Occurrence{
		"of 1 attestations none verifies: the signature is not a signature of this payload":   {bad},
		`of 2 attestations none verifies: the attestor has no public key with the id "other"`: {bad, strange},
	} {
		if err := Unproven(ring, all, aDigest); err == nil || !strings.HasPrefix(err.Error(), reason) {
			t.Errorf("%v, want %q", err, reason)
		}
	}
}
