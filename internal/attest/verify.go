package attest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
)

// Verify returns an error unless signature is a signature of payload by this key with a. EC
// signatures are ASN.1 (RFC 3279), all others raw, as in Cloud KMS and openssl.
func (k *PKIX) Verify(a Algorithm, payload, signature []byte) error {
	if err := k.Check(a); err != nil {
		return err
	}
	s, _ := a.scheme()
	if !s.valid(k.key, payload, signature) {
		return fmt.Errorf("the signature is not a signature of this payload by this key with %s", a)
	}
	return nil
}

// valid expects a key of the right kind and size for s.
func (s scheme) valid(key crypto.PublicKey, payload, signature []byte) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return s.validRSA(key, digest(s.hash, payload), signature) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, digest(s.hash, payload), signature)
	case *mldsa65.PublicKey:
		return mldsa65.Verify(key, payload, nil, signature)
	}
	return false
}

func (s scheme) validRSA(key *rsa.PublicKey, sum, signature []byte) error {
	switch s.family {
	case rsaPSS:
		return rsa.VerifyPSS(key, s.hash, sum, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	case rsaPKCS1:
		return rsa.VerifyPKCS1v15(key, s.hash, sum, signature)
	}
	return errors.New("not an RSA algorithm")
}

func digest(h crypto.Hash, payload []byte) []byte {
	sum := h.New()
	sum.Write(payload)
	return sum.Sum(nil)
}

// Hash returns the hash function for the payload; 0 for an algorithm that signs the payload itself.
func (a Algorithm) Hash() crypto.Hash {
	s, _ := a.scheme()
	return s.hash
}
