package cloudkms

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"sync"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// algorithm describes how to create keys of an algorithm and sign with them. With hash 0 they sign
// data, otherwise a digest.
type algorithm struct {
	generate func() (crypto.Signer, error)
	options  crypto.SignerOpts
	pqc      bool
}

var algorithms = map[kmspb.CryptoKeyVersion_CryptoKeyVersionAlgorithm]algorithm{
	kmspb.CryptoKeyVersion_RSA_SIGN_PSS_2048_SHA256:   {generate: rsaKey(2048), options: pss(crypto.SHA256)},
	kmspb.CryptoKeyVersion_RSA_SIGN_PSS_3072_SHA256:   {generate: rsaKey(3072), options: pss(crypto.SHA256)},
	kmspb.CryptoKeyVersion_RSA_SIGN_PSS_4096_SHA256:   {generate: rsaKey(4096), options: pss(crypto.SHA256)},
	kmspb.CryptoKeyVersion_RSA_SIGN_PSS_4096_SHA512:   {generate: rsaKey(4096), options: pss(crypto.SHA512)},
	kmspb.CryptoKeyVersion_RSA_SIGN_PKCS1_2048_SHA256: {generate: rsaKey(2048), options: crypto.SHA256},
	kmspb.CryptoKeyVersion_RSA_SIGN_PKCS1_3072_SHA256: {generate: rsaKey(3072), options: crypto.SHA256},
	kmspb.CryptoKeyVersion_RSA_SIGN_PKCS1_4096_SHA256: {generate: rsaKey(4096), options: crypto.SHA256},
	kmspb.CryptoKeyVersion_RSA_SIGN_PKCS1_4096_SHA512: {generate: rsaKey(4096), options: crypto.SHA512},
	kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256:        {generate: ecKey(elliptic.P256()), options: crypto.SHA256},
	kmspb.CryptoKeyVersion_EC_SIGN_P384_SHA384:        {generate: ecKey(elliptic.P384()), options: crypto.SHA384},
	kmspb.CryptoKeyVersion_EC_SIGN_ED25519:            {generate: ed25519Key, options: crypto.Hash(0)},
	kmspb.CryptoKeyVersion_PQ_SIGN_ML_DSA_65:          {generate: mlDSA65Key, options: crypto.Hash(0), pqc: true},
}

// pss is Cloud KMS's RSASSA-PSS:
// https://cloud.google.com/kms/docs/algorithms#rsa_signing_algorithms
func pss(h crypto.Hash) crypto.SignerOpts {
	return &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: h}
}

func rsaKey(bits int) func() (crypto.Signer, error) {
	return func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, bits) }
}

func ecKey(curve elliptic.Curve) func() (crypto.Signer, error) {
	return func() (crypto.Signer, error) { return ecdsa.GenerateKey(curve, rand.Reader) }
}

func ed25519Key() (crypto.Signer, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	return private, err
}

func mlDSA65Key() (crypto.Signer, error) {
	_, private, err := mldsa65.GenerateKey(rand.Reader)
	return private, err
}

// pair is a key pair, created on first use: an RSA key of 4096 bits takes seconds.
type pair struct {
	algorithm
	signer func() (crypto.Signer, error)
}

func newPair(a kmspb.CryptoKeyVersion_CryptoKeyVersionAlgorithm) *pair {
	how := algorithms[a]
	return &pair{algorithm: how, signer: sync.OnceValues(how.generate)}
}

func (p *pair) sign(input []byte) ([]byte, error) {
	signer, err := p.signer()
	if err != nil {
		return nil, err
	}
	return signer.Sign(rand.Reader, input, p.options)
}

// public returns the SubjectPublicKeyInfo.
func (p *pair) public() ([]byte, error) {
	signer, err := p.signer()
	if err != nil {
		return nil, err
	}
	if k, ok := signer.Public().(*mldsa65.PublicKey); ok {
		return attest.MarshalMLDSA65(k)
	}
	return x509.MarshalPKIXPublicKey(signer.Public())
}
