package attest

import (
	"crypto"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Algorithm is a signature algorithm in the spelling returned by Binary Authorization, such as
// "ECDSA_P256_SHA256". Compare Algorithms, never texts of users: seven of the twelve have two
// spellings.
type Algorithm string

// family is the kind of key and signature of an algorithm.
type family int

const (
	rsaPSS family = iota
	rsaPKCS1
	ecDSA
	mlDSA65
)

// scheme is one row of google.cloud.binaryauthorization.v1.PkixPublicKey.SignatureAlgorithm.
type scheme struct {
	name  Algorithm
	alias string // second spelling of the same enum number, if it has one
	kms   string // spelling of Cloud KMS, empty if Cloud KMS has no such keys
	family
	bits int // size of the RSA modulus or the curve
	hash crypto.Hash
}

var schemes = []scheme{
	{"RSA_PSS_2048_SHA256", "RSA_SIGN_PSS_2048_SHA256", "RSA_SIGN_PSS_2048_SHA256", rsaPSS, 2048, crypto.SHA256},
	{"RSA_PSS_3072_SHA256", "RSA_SIGN_PSS_3072_SHA256", "RSA_SIGN_PSS_3072_SHA256", rsaPSS, 3072, crypto.SHA256},
	{"RSA_PSS_4096_SHA256", "RSA_SIGN_PSS_4096_SHA256", "RSA_SIGN_PSS_4096_SHA256", rsaPSS, 4096, crypto.SHA256},
	{"RSA_PSS_4096_SHA512", "RSA_SIGN_PSS_4096_SHA512", "RSA_SIGN_PSS_4096_SHA512", rsaPSS, 4096, crypto.SHA512},
	{"RSA_SIGN_PKCS1_2048_SHA256", "", "RSA_SIGN_PKCS1_2048_SHA256", rsaPKCS1, 2048, crypto.SHA256},
	{"RSA_SIGN_PKCS1_3072_SHA256", "", "RSA_SIGN_PKCS1_3072_SHA256", rsaPKCS1, 3072, crypto.SHA256},
	{"RSA_SIGN_PKCS1_4096_SHA256", "", "RSA_SIGN_PKCS1_4096_SHA256", rsaPKCS1, 4096, crypto.SHA256},
	{"RSA_SIGN_PKCS1_4096_SHA512", "", "RSA_SIGN_PKCS1_4096_SHA512", rsaPKCS1, 4096, crypto.SHA512},
	{"ECDSA_P256_SHA256", "EC_SIGN_P256_SHA256", "EC_SIGN_P256_SHA256", ecDSA, 256, crypto.SHA256},
	{"ECDSA_P384_SHA384", "EC_SIGN_P384_SHA384", "EC_SIGN_P384_SHA384", ecDSA, 384, crypto.SHA384},
	{"ECDSA_P521_SHA512", "EC_SIGN_P521_SHA512", "", ecDSA, 521, crypto.SHA512},
	{"ML_DSA_65", "", "PQ_SIGN_ML_DSA_65", mlDSA65, 0, 0},
}

// find returns the first row accepted by ok.
func find(ok func(scheme) bool) (scheme, bool) {
	for _, s := range schemes {
		if ok(s) {
			return s, true
		}
	}
	return scheme{}, false
}

// ParseAlgorithm parses both spellings of Binary Authorization. The error suggests a name, or lists
// all.
func ParseAlgorithm(s string) (Algorithm, error) {
	found, ok := find(func(r scheme) bool { return s != "" && (string(r.name) == s || r.alias == s) })
	if !ok {
		return "", fmt.Errorf("%q is not a signature algorithm of Binary Authorization: %s", s, wanted(s, AlgorithmNames()))
	}
	return found.name, nil
}

// AlgorithmFromKMS converts Cloud KMS's spelling to Binary Authorization's. Binary Authorization
// does not support all signature algorithms of Cloud KMS; the error names an unsupported one.
func AlgorithmFromKMS(s string) (Algorithm, error) {
	found, ok := find(func(r scheme) bool { return s != "" && r.kms == s })
	if !ok {
		return "", fmt.Errorf("Binary Authorization cannot verify signatures of the Cloud KMS algorithm %q: %s", s, wanted(s, kmsNames()))
	}
	return found.name, nil
}

// wanted suggests the name with equal letters, ignoring case and separators, or lists all names.
func wanted(s string, names []string) string {
	for _, row := range schemes {
		spellings := []string{string(row.name), row.alias, row.kms}
		i := slices.IndexFunc(spellings, func(name string) bool { return letters(s) != "" && letters(name) == letters(s) })
		switch {
		case i >= 0 && slices.Contains(names, spellings[i]):
			return "did you mean " + spellings[i] + "?"
		case i >= 0:
			return "did you mean " + string(row.name) + "?"
		}
	}
	return "want one of " + strings.Join(names, ", ")
}

// letters returns a name without case and separators.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}

// KMS returns Cloud KMS's spelling; false if Cloud KMS has no such keys (ECDSA_P521_SHA512) or a is
// unknown.
func (a Algorithm) KMS() (string, bool) {
	s, _ := a.scheme()
	return s.kms, s.kms != ""
}

// AlgorithmNames lists all spellings accepted by ParseAlgorithm, each canonical name before its
// alias.
func AlgorithmNames() []string {
	var names []string
	for _, s := range schemes {
		names = append(names, string(s.name))
		if s.alias != "" {
			names = append(names, s.alias)
		}
	}
	return names
}

func kmsNames() []string {
	var names []string
	for _, s := range schemes {
		if s.kms != "" {
			names = append(names, s.kms)
		}
	}
	return names
}

func (a Algorithm) scheme() (scheme, bool) {
	return find(func(r scheme) bool { return r.name == a })
}
