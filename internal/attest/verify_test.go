package attest_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

var signers = map[attest.Algorithm]string{
	"RSA_PSS_2048_SHA256":        "rsa2048.pem",
	"RSA_PSS_3072_SHA256":        "rsa3072.pem",
	"RSA_PSS_4096_SHA256":        "rsa4096.pem",
	"RSA_PSS_4096_SHA512":        "rsa4096.pem",
	"RSA_SIGN_PKCS1_2048_SHA256": "rsa2048.pem",
	"RSA_SIGN_PKCS1_3072_SHA256": "rsa3072.pem",
	"RSA_SIGN_PKCS1_4096_SHA256": "rsa4096.pem",
	"RSA_SIGN_PKCS1_4096_SHA512": "rsa4096.pem",
	"ECDSA_P256_SHA256":          "p256.pem",
	"ECDSA_P384_SHA384":          "p384.pem",
	"ECDSA_P521_SHA512":          "p521.pem",
	"ML_DSA_65":                  "mldsa65.pem",
}

func TestSignaturesOfOpenSSL(t *testing.T) {
	t.Parallel()
	payload := []byte(read(t, "payload.json"))
	for a, file := range signers {
		t.Run(string(a), func(t *testing.T) {
			t.Parallel()
			key, signature := pkix(t, file), []byte(read(t, string(a)+".sig"))
			if err := key.Verify(a, payload, signature); err != nil {
				t.Error(err)
			}
			for _, other := range key.Algorithms() {
				if other != a {
					wantError(t, key.Verify(other, payload, signature), string(other))
				}
			}
			wantError(t, key.Verify(a, append([]byte(" "), payload...), signature), "not a signature of this payload")
			wantError(t, key.Verify(a, payload, signature[:len(signature)-1]), "not a signature of this payload")
			wantError(t, key.Verify(a, payload, nil), "not a signature of this payload")
		})
	}
}

// TestPSSSaltIsAsLongAsTheDigest signs with a salt as long as the digest, and with openssl's
// default salts: the longest one, and one of 20 bytes.
func TestPSSSaltIsAsLongAsTheDigest(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	key, err := attest.ParsePKIX(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("payload"))
	for salt, want := range map[int]bool{32: true, 20: false, rsa.PSSSaltLengthAuto: false} {
		signature, err := rsa.SignPSS(rand.Reader, private, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			t.Fatal(err)
		}
		if err := key.Verify("RSA_PSS_2048_SHA256", []byte("payload"), signature); (err == nil) != want {
			t.Errorf("salt of %d: %v", salt, err)
		}
	}
}

func TestVerifyChecksTheAlgorithmFirst(t *testing.T) {
	t.Parallel()
	wantError(t, pkix(t, "p256.pem").Verify("ECDSA_P384_SHA384", nil, nil), "curve P-256")
	wantError(t, pkix(t, "p256.pem").Verify("", nil, nil), "curve P-256")
}

func TestPayloadOfGcloud(t *testing.T) {
	t.Parallel()
	want := read(t, "payload.json")
	const digest = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	for _, scheme := range []string{"", "https://", "http://", "//"} {
		got, err := attest.Payload(scheme + "us-docker.pkg.dev/example/app/web" + digest)
		if err != nil || string(got) != want {
			t.Errorf("%q: %s, %v", scheme, got, err)
		}
	}
	repository, sum, err := attest.ParsePayload([]byte(want))
	if err != nil || repository != "us-docker.pkg.dev/example/app/web" || "@"+sum != digest {
		t.Errorf("ParsePayload = %s, %s, %v", repository, sum, err)
	}
}

func TestPayloadRefuses(t *testing.T) {
	t.Parallel()
	digest := "@sha256:" + strings.Repeat("a", 64)
	for image, word := range map[string]string{
		"":                               "no digest",
		"gcr.io/p/web":                   "no digest",
		"gcr.io/p/web:v1":                "no digest",
		"gcr.io/p/web@sha256:abc":        "no digest",
		"gcr.io/p/web" + digest + "0":    "no digest",
		"gcr.io/p/web:v1" + digest:       "both a tag and a digest, but a payload has no tag: want gcr.io/p/web" + digest,
		"https://gcr.io/p/a:v1" + digest: "want gcr.io/p/a" + digest,
		"web" + digest:                   "registry/repository",
		"gcr.io/p/Web" + digest:          "lower case",
		"gcr.io//web" + digest:           "registry/repository",
		"https:///p/web" + digest:        "registry/repository",
		"gcr.io/p/web\"\n" + digest:      "registry/repository",
		"acme/app" + digest:              "no registry",
		"library/nginx" + digest:         "docker.io/library/nginx@sha256:",
		"https://acme/app" + digest:      "no registry",
		"gcr.io/p/web" + digest + "@x":   "no digest",
	} {
		_, err := attest.Payload(image)
		wantError(t, err, word)
	}
	for _, image := range []string{"localhost:5000/a", "localhost/a", "registry:5000/a", "docker.io/library/nginx"} {
		if _, err := attest.Payload(image + digest); err != nil {
			t.Error(err)
		}
	}
}

func TestParsePayloadRefuses(t *testing.T) {
	t.Parallel()
	good := read(t, "payload.json")
	for text, word := range map[string]string{
		"":          "JSON",
		"[]":        "JSON",
		"{}":        "critical.type",
		good + "{}": "after the payload",
		strings.Replace(good, "binauthz container", "other", 1): "critical.type",
		strings.Replace(good, "sha256:", "sha512:", 1):          "docker-manifest-digest",
	} {
		_, _, err := attest.ParsePayload([]byte(text))
		wantError(t, err, word)
	}
}

// TestPayloadsOfDocumentation covers the spellings in Google's own pages. The case of letters does
// not change the payload.
func TestPayloadsOfDocumentation(t *testing.T) {
	t.Parallel()
	good := read(t, "payload.json")
	for _, text := range []string{
		strings.Replace(good, "Google cloud binauthz", "Google Cloud BinAuthz", 1),
		strings.Replace(good, `"type"`, `"Type"`, 1),
		strings.Replace(good, `"critical"`, `"Critical"`, 1),
	} {
		if repository, _, err := attest.ParsePayload([]byte(text)); err != nil || repository != "us-docker.pkg.dev/example/app/web" {
			t.Errorf("%s: %s, %v", text, repository, err)
		}
	}
}

// TestPAE uses the test vector of the DSSE specification:
// https://github.com/secure-systems-lab/dsse/blob/master/protocol.md#test-vectors.
func TestPAE(t *testing.T) {
	t.Parallel()
	got := attest.PAE("http://example.com/HelloWorld", []byte("hello world"))
	if want := "DSSEv1 29 http://example.com/HelloWorld 11 hello world"; string(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := string(attest.PAE("é", []byte("ü"))); got != "DSSEv1 2 é 2 ü" {
		t.Errorf("lengths count bytes: %s", got)
	}
}
