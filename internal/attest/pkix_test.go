package attest_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	x509pkix "crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"github.com/cloudflare/circl/sign/mldsa/mldsa65"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

func TestIDIsThatOfOpenSSL(t *testing.T) {
	t.Parallel()
	for file, want := range table(t, "ids.txt") {
		if file == "ed25519.pem" { // refused, see TestParsePKIXRefuses
			continue
		}
		if got := pkix(t, file).ID(); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

func TestAlgorithmsOfKeys(t *testing.T) {
	t.Parallel()
	for file, want := range map[string][]attest.Algorithm{
		"rsa2048.pem":           {"RSA_PSS_2048_SHA256", "RSA_SIGN_PKCS1_2048_SHA256"},
		"rsa3072.pem":           {"RSA_PSS_3072_SHA256", "RSA_SIGN_PKCS1_3072_SHA256"},
		"rsa4096.pem":           {"RSA_PSS_4096_SHA256", "RSA_PSS_4096_SHA512", "RSA_SIGN_PKCS1_4096_SHA256", "RSA_SIGN_PKCS1_4096_SHA512"},
		"p256.pem":              {"ECDSA_P256_SHA256"},
		"p384.pem":              {"ECDSA_P384_SHA384"},
		"p521.pem":              {"ECDSA_P521_SHA512"},
		"rfc9881_ml_dsa_65.pem": {"ML_DSA_65"},
		"rsa1024.pem":           nil,
		"p224.pem":              nil,
	} {
		if got := pkix(t, file).Algorithms(); !slices.Equal(got, want) {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

func TestCheckSaysWhatTheKeyIs(t *testing.T) {
	t.Parallel()
	wantError(t, pkix(t, "rsa3072.pem").Check("RSA_PSS_2048_SHA256"), "RSA key of 3072 bits", "RSA_PSS_2048_SHA256",
		"RSA_PSS_3072_SHA256 or RSA_SIGN_PKCS1_3072_SHA256")
	wantError(t, pkix(t, "p256.pem").Check("ECDSA_P384_SHA384"), "EC key on curve P-256", "want ECDSA_P256_SHA256")
	wantError(t, pkix(t, "rfc9881_ml_dsa_65.pem").Check("ECDSA_P384_SHA384"), "ML-DSA-65 key", "want ML_DSA_65")
	wantError(t, pkix(t, "rsa1024.pem").Check("RSA_PSS_2048_SHA256"), "RSA key of 1024 bits", "no signature algorithm")
	if err := pkix(t, "p256.pem").Check("ECDSA_P256_SHA256"); err != nil {
		t.Error(err)
	}
}

// TestMLDSA65OfRFC9881 compares key and encoding with the RFC's example for a known seed (appendix
// C.1 and C.2).
func TestMLDSA65OfRFC9881(t *testing.T) {
	t.Parallel()
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(i)
	}
	public, private := mldsa65.NewKeyFromSeed(&seed)
	der, err := attest.MarshalMLDSA65(public)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	if text != read(t, "rfc9881_ml_dsa_65.pem") {
		t.Error("the key is not that of RFC 9881")
	}
	signature := make([]byte, mldsa65.SignatureSize)
	if err := mldsa65.SignTo(private, []byte("payload"), nil, true, signature); err != nil {
		t.Fatal(err)
	}
	key := pkix(t, "rfc9881_ml_dsa_65.pem")
	if err := key.Verify("ML_DSA_65", []byte("payload"), signature); err != nil {
		t.Error(err)
	}
	wantError(t, key.Verify("ML_DSA_65", []byte("Payload"), signature), "ML_DSA_65")
}

func TestParsePKIXAcceptsWhiteSpace(t *testing.T) {
	t.Parallel()
	text := read(t, "p256.pem")
	for _, s := range []string{
		strings.TrimSpace(text), "\n" + text + "\n\n", strings.ReplaceAll(text, "\n", "\r\n"),
		strings.ReplaceAll(text, "\n", " \n"),
	} {
		if _, err := attest.ParsePKIX(s); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestParsePKIXRefuses(t *testing.T) {
	t.Parallel()
	good := read(t, "p256.pem")
	block, _ := pem.Decode([]byte(good))
	block.Bytes = append(block.Bytes, 0)
	headers := strings.Replace(good, "-----\n", "-----\nComment: x\n\n", 1)
	for name, c := range map[string]struct{ text, word string }{
		"empty":             {"", "no PEM block"},
		"no PEM":            {"ssh-ed25519 AAAA", "no PEM block"},
		"private key":       {privateKey(t), "private key"},
		"private beside it": {good + privateKey(t), "private key"},
		"certificate":       {read(t, "certificate.crt"), "certificate"},
		"PKCS #1":           {read(t, "pkcs1.pem"), "PKCS #1"},
		"OpenPGP":           {read(t, "pgp_rsa.asc"), "OpenPGP"},
		"other type":        {strings.ReplaceAll(good, "PUBLIC KEY", "PARAMETERS"), "type of the PEM block"},
		"two blocks":        {good + good, "2 PEM blocks"},
		"text after":        {good + "x", "after the END line"},
		"text before":       {"x\n" + good, "before the BEGIN line"},
		"headers":           {headers, "header lines"},
		"cut off":           {good[:100], "damaged"},
		"DER too long":      {string(pem.EncodeToMemory(block)), "no RSA, EC or ML-DSA-65"},
		"Ed25519":           {read(t, "ed25519.pem"), "not of ed25519 keys"},
	} {
		_, err := attest.ParsePKIX(c.text)
		wantError(t, err, c.word)
		if err != nil && strings.Contains(err.Error(), "MI") {
			t.Errorf("%s: the error repeats the text: %v", name, err)
		}
	}
}

func TestParsePKIXRefusesDamagedMLDSA65(t *testing.T) {
	t.Parallel()
	block, _ := pem.Decode([]byte(read(t, "rfc9881_ml_dsa_65.pem")))
	for _, der := range [][]byte{
		block.Bytes[:len(block.Bytes)-1], append(slices.Clone(block.Bytes), 0),
		withNullParameters(t, block.Bytes),
	} {
		_, err := attest.ParsePKIX(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
		wantError(t, err, "ML-DSA-65")
	}
}

// withNullParameters adds NULL parameters: RSA keys have them, and RFC 9881, section 2 forbids
// them.
func withNullParameters(t *testing.T, der []byte) []byte {
	t.Helper()
	var info struct {
		Algorithm x509pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		t.Fatal(err)
	}
	info.Algorithm.Parameters = asn1.NullRawValue
	out, err := asn1.Marshal(info)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// privateKey generates a key at test time, so the repository contains no private key.
func privateKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
