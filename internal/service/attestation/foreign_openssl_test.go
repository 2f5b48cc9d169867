package attestation_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
)

// newOpenSSL skips the test without OpenSSL 3. LibreSSL is called openssl on some systems, but has
// other options.
func newOpenSSL(t *testing.T) tool {
	t.Helper()
	return installed(t, "openssl", "version", `^OpenSSL (\d+)\.(\d+)`, 3, 0)
}

// spoken describes an algorithm of Binary Authorization in the terms of openssl and of Cloud KMS.
// Cloud KMS has no P-521.
type spoken struct {
	algorithm binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm
	kms       string
	key       string // genpkey's algorithm and option
	digest    string // empty for ML-DSA, which has no digest here
	salt      int    // of RSASSA-PSS, in bytes
}

var spokenByOpenSSL = []spoken{
	{binaryauthorizationpb.PkixPublicKey_RSA_PSS_2048_SHA256, "RSA_SIGN_PSS_2048_SHA256", "RSA rsa_keygen_bits:2048", "sha256", 32},
	{binaryauthorizationpb.PkixPublicKey_RSA_PSS_3072_SHA256, "RSA_SIGN_PSS_3072_SHA256", "RSA rsa_keygen_bits:3072", "sha256", 32},
	{binaryauthorizationpb.PkixPublicKey_RSA_PSS_4096_SHA256, "RSA_SIGN_PSS_4096_SHA256", "RSA rsa_keygen_bits:4096", "sha256", 32},
	{binaryauthorizationpb.PkixPublicKey_RSA_PSS_4096_SHA512, "RSA_SIGN_PSS_4096_SHA512", "RSA rsa_keygen_bits:4096", "sha512", 64},
	{binaryauthorizationpb.PkixPublicKey_RSA_SIGN_PKCS1_2048_SHA256, "RSA_SIGN_PKCS1_2048_SHA256", "RSA rsa_keygen_bits:2048", "sha256", 0},
	{binaryauthorizationpb.PkixPublicKey_RSA_SIGN_PKCS1_3072_SHA256, "RSA_SIGN_PKCS1_3072_SHA256", "RSA rsa_keygen_bits:3072", "sha256", 0},
	{binaryauthorizationpb.PkixPublicKey_RSA_SIGN_PKCS1_4096_SHA256, "RSA_SIGN_PKCS1_4096_SHA256", "RSA rsa_keygen_bits:4096", "sha256", 0},
	{binaryauthorizationpb.PkixPublicKey_RSA_SIGN_PKCS1_4096_SHA512, "RSA_SIGN_PKCS1_4096_SHA512", "RSA rsa_keygen_bits:4096", "sha512", 0},
	{binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256, "EC_SIGN_P256_SHA256", "EC ec_paramgen_curve:P-256", "sha256", 0},
	{binaryauthorizationpb.PkixPublicKey_ECDSA_P384_SHA384, "EC_SIGN_P384_SHA384", "EC ec_paramgen_curve:P-384", "sha384", 0},
	{binaryauthorizationpb.PkixPublicKey_ECDSA_P521_SHA512, "", "EC ec_paramgen_curve:P-521", "sha512", 0},
	{binaryauthorizationpb.PkixPublicKey_ML_DSA_65, "PQ_SIGN_ML_DSA_65", "ML-DSA-65", "", 0},
}

// name returns the name of an attestor with such a key.
func (s spoken) name() string {
	return strings.ToLower(strings.ReplaceAll(s.algorithm.String(), "_", "-"))
}

// knownTo skips the test if openssl does not support the algorithm.
func (s spoken) knownTo(t *testing.T, openssl tool) {
	t.Helper()
	if s.digest == "" && !openssl.atLeast(3, 5) {
		t.Skipf("%s is version %d.%d: %s came with 3.5", openssl.path, openssl.major, openssl.minor, s.key)
	}
}

// generate makes a key pair, in two files.
func (s spoken) generate(t *testing.T, openssl tool, private string) {
	t.Helper()
	kind, option, _ := strings.Cut(s.key, " ")
	args := []string{"genpkey", "-algorithm", kind, "-out", private}
	if option != "" {
		args = append(args, "-pkeyopt", option)
	}
	openssl.run(t, args...)
	openssl.run(t, "pkey", "-in", private, "-pubout", "-out", private+".pub")
}

func (s spoken) sign(t *testing.T, openssl tool, private string, payload []byte) []byte {
	t.Helper()
	file := openssl.write(t, s.name()+".payload", payload)
	if s.digest == "" {
		openssl.run(t, "pkeyutl", "-sign", "-inkey", private, "-rawin", "-in", file, "-out", file+".sig")
	} else {
		openssl.run(t, append(s.dgst(), "-sign", private, "-out", file+".sig", file)...)
	}
	return openssl.read(t, file+".sig")
}

func (s spoken) verify(t *testing.T, openssl tool, public string, payload, signature []byte) error {
	t.Helper()
	file, sig := openssl.write(t, s.name()+".payload", payload), openssl.write(t, s.name()+".signature", signature)
	args := append(s.dgst(), "-verify", public, "-signature", sig, file)
	if s.digest == "" {
		args = []string{"pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin", "-in", file, "-sigfile", sig}
	}
	out, err := openssl.try(t, args...)
	if want := "Verified OK"; err == nil && s.digest != "" && strings.TrimSpace(out) != want {
		err = fmt.Errorf("openssl says %q, not %q", out, want)
	}
	return err
}

// dgst returns openssl's arguments for the digest and the padding.
func (s spoken) dgst() []string {
	args := []string{"dgst", "-" + s.digest}
	if s.salt > 0 {
		args = append(args, "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:"+strconv.Itoa(s.salt))
	}
	return args
}
