package attest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Key is a public key with its id in signatures. It has either PGP, or PEM and Algorithm.
type Key struct {
	ID, Comment string
	// PGP is an ASCII-armored OpenPGP public key.
	PGP string
	// PEM is a PKIX public key.
	PEM       string
	Algorithm Algorithm
}

// Keyring is the keys of an attestor. Any one of them can verify an attestation.
type Keyring []Key

// Verify checks a signature by the key called keyID for the image of digest ("sha256:…"). The error
// says whether the key is missing, the signature is wrong, or payload is about another image.
func (k Keyring) Verify(payload []byte, keyID string, signature []byte, digest string) error {
	if err := k.verifySignature(payload, keyID, signature); err != nil {
		return err
	}
	_, about, err := ParsePayload(payload)
	if err == nil && about != digest {
		err = fmt.Errorf("the signed payload is about %s, not about %s", about, digest)
	}
	return err
}

// Find returns the keys accepted by ok.
func (k Keyring) Find(ok func(Key) bool) Keyring {
	var found Keyring
	for _, key := range k {
		if ok(key) {
			found = append(found, key)
		}
	}
	return found
}

func (k Keyring) verifySignature(payload []byte, keyID string, signature []byte) error {
	named := k.Find(func(key Key) bool { return key.ID == keyID })
	if len(named) == 0 {
		return k.unknown(keyID)
	}
	var failures []error
	for _, key := range named {
		err := key.Verify(payload, signature)
		if err == nil {
			return nil
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

func (k Keyring) unknown(keyID string) error {
	if len(k) == 0 {
		return errors.New("the attestor has no public keys, so it verifies nothing")
	}
	return fmt.Errorf("the attestor has no public key with the id %q. It has: %s", keyID, strings.Join(k.IDs(), ", "))
}

// IDs returns the quoted ids of the keys, with their comments.
func (k Keyring) IDs() []string {
	var ids []string
	for _, key := range k {
		id := fmt.Sprintf("%q", key.ID)
		if key.Comment != "" {
			id += " (" + key.Comment + ")"
		}
		ids = append(ids, id)
	}
	return ids
}

// Verify checks a signature of payload by the key.
func (k Key) Verify(payload, signature []byte) error {
	if k.PGP != "" {
		return k.verifyPGP(payload, signature)
	}
	key, err := ParsePKIX(k.PEM)
	if err != nil {
		return err
	}
	return key.Verify(k.Algorithm, payload, signature)
}

// verifyPGP requires equal payloads inside and outside the signature. Google does not document
// which of the two counts.
func (k Key) verifyPGP(payload, signature []byte) error {
	key, err := ParsePGP(k.PGP)
	if err != nil {
		return err
	}
	inside, err := key.Verify(signature)
	if err == nil && !bytes.Equal(bytes.TrimSpace(inside), bytes.TrimSpace(payload)) {
		err = errors.New("the OpenPGP signature contains another payload than the attestation")
	}
	return err
}
