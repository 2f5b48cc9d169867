package probe

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
)

// key is a key pair of one trial. Its private half is never stored.
type key struct {
	signer crypto.Signer
	text   string
}

// ecKey returns a key on P-256.
func ecKey() (key, error) {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return key{}, err
	}
	return newKey(signer)
}

// rsaKey returns a key of 2048 bits.
func rsaKey() (key, error) {
	signer, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return key{}, err
	}
	return newKey(signer)
}

func newKey(signer crypto.Signer) (key, error) {
	der, err := x509.MarshalPKIXPublicKey(signer.Public())
	return key{signer, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}, err
}

// sign signs a message according to the key's type. options selects the padding of an RSA key.
func (k key) sign(message []byte, options crypto.SignerOpts) ([]byte, error) {
	sum := sha256.Sum256(message)
	return k.signer.Sign(rand.Reader, sum[:], options)
}

const (
	p256   = binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256
	pss    = binaryauthorizationpb.PkixPublicKey_RSA_PSS_2048_SHA256
	p384   = binaryauthorizationpb.PkixPublicKey_ECDSA_P384_SHA384
	uriOne = "https://example.com/one"
	uriTwo = "https://example.com/two"
)

// pkix returns a public key of an attestor. With an empty id, the service sets it.
func pkix(id, text string, algorithm binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm) *binaryauthorizationpb.AttestorPublicKey {
	return &binaryauthorizationpb.AttestorPublicKey{Id: id, PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{
		PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{PublicKeyPem: text, SignatureAlgorithm: algorithm},
	}}
}

func armored(text string) *binaryauthorizationpb.AttestorPublicKey {
	return &binaryauthorizationpb.AttestorPublicKey{
		PublicKey: &binaryauthorizationpb.AttestorPublicKey_AsciiArmoredPgpPublicKey{AsciiArmoredPgpPublicKey: text},
	}
}
