package attest_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

const payloadDigest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func ring(t *testing.T) attest.Keyring {
	t.Helper()
	return attest.Keyring{
		{ID: "https://ec", Comment: "of CI", PEM: read(t, "p256.pem"), Algorithm: "ECDSA_P256_SHA256"},
		{ID: "https://rsa", PEM: read(t, "rsa2048.pem"), Algorithm: "RSA_PSS_2048_SHA256"},
		{ID: pgp(t, "pgp_rsa.asc").Fingerprint(), PGP: read(t, "pgp_rsa.asc")},
		{ID: "https://twice", PEM: read(t, "rsa2048.pem"), Algorithm: "RSA_PSS_2048_SHA256"},
		{ID: "https://twice", PEM: read(t, "p256.pem"), Algorithm: "ECDSA_P256_SHA256"},
	}
}

func TestKeyringVerifies(t *testing.T) {
	t.Parallel()
	for id, file := range map[string]string{
		"https://ec": "ECDSA_P256_SHA256.sig", "https://rsa": "RSA_PSS_2048_SHA256.sig", "https://twice": "ECDSA_P256_SHA256.sig",
		pgp(t, "pgp_rsa.asc").Fingerprint(): "pgp_rsa.msg.asc",
	} {
		if err := ring(t).Verify([]byte(read(t, "payload.json")), id, []byte(read(t, file)), payloadDigest); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestKeyringSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	payload, signature := []byte(read(t, "payload.json")), []byte(read(t, "ECDSA_P256_SHA256.sig"))
	wantError(t, attest.Keyring{}.Verify(payload, "https://ec", signature, payloadDigest), "has no public keys")
	wantError(t, ring(t).Verify(payload, "https://EC", signature, payloadDigest), `no public key with the id "https://EC"`,
		`"https://ec" (of CI), "https://rsa"`)
	wantError(t, ring(t).Verify(payload, "https://rsa", signature, payloadDigest),
		"the signature is not a signature of this payload by this key with RSA_PSS_2048_SHA256")
	wantError(t, ring(t).Verify(append(payload, ' '), "https://ec", signature, payloadDigest),
		"the signature is not a signature of this payload")
	other := "sha256:0000000000000000000000000000000000000000000000000000000000000000"
	wantError(t, ring(t).Verify(payload, "https://ec", signature, other), "the signed payload is about "+payloadDigest, "not about "+other)
	wantError(t, ring(t).Verify(append(payload, 'x'), pgp(t, "pgp_rsa.asc").Fingerprint(), []byte(read(t, "pgp_rsa.msg.asc")),
		payloadDigest), "another payload")
	wantError(t, attest.Keyring{{ID: "x", PEM: "junk"}}.Verify(payload, "x", signature, payloadDigest), "PEM")
}
