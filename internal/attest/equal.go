package attest

import "bytes"

// EqualPEM reports whether two PEM texts contain the same key, ignoring white space and line ends.
// Texts without a public key must be the same byte for byte.
func EqualPEM(a, b string) bool { return equal(a, b, decodePEM) }

// EqualPGP reports whether two OpenPGP texts contain the same packets, ignoring line ends, armour
// headers (Version, Comment) and checksum. Texts without a public key must be the same byte for
// byte.
func EqualPGP(a, b string) bool { return equal(a, b, decodePGPKey) }

func equal(a, b string, decode func(string) ([]byte, error)) bool {
	if a == b {
		return true
	}
	x, err := decode(a)
	if err != nil {
		return false
	}
	y, err := decode(b)
	return err == nil && bytes.Equal(x, y)
}
