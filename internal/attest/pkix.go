package attest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
)

// PKIX is a public key of a kind supported by Binary Authorization. Use ParsePKIX.
type PKIX struct {
	der []byte // SubjectPublicKeyInfo as given: the id is its digest
	key crypto.PublicKey
}

// ParsePKIX parses one "PUBLIC KEY" PEM block (RFC 7468, section 13) with an RSA, EC or ML-DSA-65
// key. Errors name another content, but never repeat the text, because it may be a private key.
func ParsePKIX(text string) (*PKIX, error) {
	der, err := decodePEM(text)
	if err != nil {
		return nil, err
	}
	if raw, ok := mldsa65Key(der); ok {
		return newMLDSA65(der, raw)
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("the PUBLIC KEY block contains no RSA, EC or ML-DSA-65 public key: %w", err)
	}
	switch key.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey:
		return &PKIX{der, key}, nil
	}
	return nil, fmt.Errorf("Binary Authorization verifies signatures of RSA, EC and ML-DSA-65 keys, not of %s keys", kindOf(key))
}

func newMLDSA65(der, raw []byte) (*PKIX, error) {
	key := new(mldsa65.PublicKey)
	if err := key.UnmarshalBinary(raw); err != nil {
		return nil, fmt.Errorf("the PUBLIC KEY block contains no valid ML-DSA-65 key: %w", err)
	}
	return &PKIX{der, key}, nil
}

// ID is the API's default id of a key: an RFC 6920 name with the SHA-256 digest of the DER
// encoding.
// https://cloud.google.com/binary-authorization/docs/reference/rest/v1/projects.attestors#AttestorPublicKey
func (k *PKIX) ID() string {
	sum := sha256.Sum256(k.der)
	return "ni:///sha-256;" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// Algorithms lists the algorithms for the key, in the order of the API's enum. It is empty for an
// unsupported size or curve.
func (k *PKIX) Algorithms() []Algorithm {
	var fit []Algorithm
	for _, s := range schemes {
		if s.fits(k.key) {
			fit = append(fit, s.name)
		}
	}
	return fit
}

// Check returns an error if the key does not fit a. The error describes the key and its algorithms.
func (k *PKIX) Check(a Algorithm) error {
	fit := k.Algorithms()
	switch {
	case slices.Contains(fit, a):
		return nil
	case len(fit) == 0:
		return fmt.Errorf("the key is %s, and no signature algorithm of Binary Authorization supports it", k.describe())
	}
	names := make([]string, len(fit))
	for i, f := range fit {
		names[i] = string(f)
	}
	return fmt.Errorf("the key is %s and does not fit %s: want %s", k.describe(), a, strings.Join(names, " or "))
}

func (s scheme) fits(key crypto.PublicKey) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return (s.family == rsaPSS || s.family == rsaPKCS1) && key.N.BitLen() == s.bits
	case *ecdsa.PublicKey:
		return s.family == ecDSA && key.Curve.Params().BitSize == s.bits
	case *mldsa65.PublicKey:
		return s.family == mlDSA65
	}
	return false
}

func (k *PKIX) describe() string {
	switch key := k.key.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("an RSA key of %d bits", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "an EC key on curve " + key.Curve.Params().Name
	}
	return "an ML-DSA-65 key"
}

// kindOf names other kinds of keys of crypto/x509: "ed25519.PublicKey" becomes "ed25519".
func kindOf(key crypto.PublicKey) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(fmt.Sprintf("%T", key), "*"), ".")
	return name
}
