// Package attest holds the rules of Binary Authorization attestations: signature algorithms, public keys and their
// ids, the payload that is signed, and the verification of signatures. It is pure: it reads no file, makes no call and
// holds no private key.
//
// Where Google documents no rule, the stricter reading is taken:
//   - a PEM text holds one PUBLIC KEY block and nothing else, neither headers nor text around it; indentation does not count, and is not sent;
//   - the signatures of an OpenPGP key that has expired or is revoked count no more, whenever they were made;
//   - an OpenPGP text holds one block; of several keys in it the first primary key gives the id, as the rule of the
//     service is not published; only version 4 keys are taken, the only ones whose fingerprint the API describes;
//   - RSASSA-PSS signatures have a salt as long as the digest, as Cloud KMS makes them;
//   - a payload has the type that gcloud writes; how Google's own pages spell it, in other letter case, is the same.
package attest

import (
	"crypto"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Algorithm is a signature algorithm in the spelling that Binary Authorization returns, such as "ECDSA_P256_SHA256".
// Compare Algorithms, never the texts users write: seven of the twelve have two spellings.
type Algorithm string

// family says how an algorithm signs.
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
	kms   string // spelling of Cloud KMS, empty if Cloud KMS cannot make such keys
	family
	bits int // RSA modulus or size of the curve
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

// find returns the first row that ok accepts.
func find(ok func(scheme) bool) (scheme, bool) {
	for _, s := range schemes {
		if ok(s) {
			return s, true
		}
	}
	return scheme{}, false
}

// ParseAlgorithm reads either spelling of Binary Authorization. The error names the one that is meant, or lists the accepted ones.
func ParseAlgorithm(s string) (Algorithm, error) {
	found, ok := find(func(r scheme) bool { return s != "" && (string(r.name) == s || r.alias == s) })
	if !ok {
		return "", fmt.Errorf("%q is not a signature algorithm of Binary Authorization: %s", s, wanted(s, AlgorithmNames()))
	}
	return found.name, nil
}

// AlgorithmFromKMS turns Cloud KMS's spelling into Binary Authorization's. Cloud KMS signs with many algorithms that
// Binary Authorization cannot verify; the error names the one that is not supported.
func AlgorithmFromKMS(s string) (Algorithm, error) {
	found, ok := find(func(r scheme) bool { return s != "" && r.kms == s })
	if !ok {
		return "", fmt.Errorf("Binary Authorization cannot verify signatures of the Cloud KMS algorithm %q: %s", s, wanted(s, kmsNames()))
	}
	return found.name, nil
}

// wanted names the algorithm that is meant, where letter case and separators make the difference, or all names.
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

// letters are a name without case and separators.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}

// KMS returns Cloud KMS's spelling; false if Cloud KMS has no such keys (ECDSA_P521_SHA512) or a is not known.
func (a Algorithm) KMS() (string, bool) {
	s, _ := a.scheme()
	return s.kms, s.kms != ""
}

// AlgorithmNames lists every spelling that ParseAlgorithm accepts, each canonical name before its alias.
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
