package attest

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// HoldsPrivateKey reports whether data is or contains a private key, as text or bytes.
func HoldsPrivateKey(data []byte) bool {
	return bytes.Contains(data, []byte("PRIVATE KEY")) || isPrivateDER(data) || isSecretPacket(data)
}

// isPrivateDER detects PKCS #8 with any algorithm, PKCS #1 and SEC 1. An ECDSA signature consists
// of two numbers and matches none of them.
func isPrivateDER(der []byte) bool {
	var pkcs8 struct {
		Version   int
		Algorithm pkix.AlgorithmIdentifier
		Key       []byte
	}
	if _, err := asn1.Unmarshal(der, &pkcs8); err == nil {
		return true
	}
	if _, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return true
	}
	_, err := x509.ParseECPrivateKey(der)
	return err == nil
}

// isSecretPacket checks only the first packet: a message does not begin with a secret key (RFC
// 9580, section 10.3).
func isSecretPacket(packets []byte) bool {
	first, err := packet.Read(bytes.NewReader(packets))
	_, secret := first.(*packet.PrivateKey)
	return err == nil && secret
}
