package attest_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// TestPrivateKeysAreRecognized checks all file formats of private keys. The keys are generated at
// test time, so the repository contains no private key.
func TestPrivateKeysAreRecognized(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pgp, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(bare(secretKey(t), false), "\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string][]byte{
		"SEC 1":            sec1,
		"PKCS #1":          x509.MarshalPKCS1PrivateKey(rsaKey),
		"PKCS #8, EC":      pkcs8(t, ec),
		"PKCS #8, RSA":     pkcs8(t, rsaKey),
		"PKCS #8, Ed25519": pkcs8(t, ed),
		"OpenPGP":          pgp,
		"OpenPGP, armored": []byte(secretKey(t)),
		"PEM":              pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}),
		"encrypted PEM":    pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: sec1}),
		"OpenSSH":          pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: sec1}),
	} {
		if !attest.HoldsPrivateKey(key) {
			t.Errorf("%s is taken for a signature", name)
		}
	}
}

func TestSignaturesAreNoPrivateKeys(t *testing.T) {
	t.Parallel()
	all := []string{
		"pgp_rsa.msg.asc", "pgp_rsa.msg.gpg", "pgp_rsa.clear.asc", "pgp_curve.msg.asc", "pgp_nist.msg.asc", "pgp_rsa.asc", "p256.pem",
	}
	for a := range signers {
		all = append(all, string(a)+".sig")
	}
	for _, file := range all {
		if attest.HoldsPrivateKey([]byte(read(t, file))) {
			t.Errorf("%s is taken for a private key", file)
		}
	}
	for range 20_000 {
		raw := make([]byte, 512)
		if _, err := rand.Read(raw); err != nil {
			t.Fatal(err)
		}
		if attest.HoldsPrivateKey(raw) {
			t.Fatalf("%x is taken for a private key", raw)
		}
	}
}

func pkcs8(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}
