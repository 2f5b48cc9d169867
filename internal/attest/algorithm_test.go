package attest_test

import (
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"cloud.google.com/go/kms/apiv1/kmspb"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// TestAlgorithmsAreThoseOfTheAPI fails if Google's protobuf adds, removes or renames an algorithm.
func TestAlgorithmsAreThoseOfTheAPI(t *testing.T) {
	t.Parallel()
	accepted := map[string]bool{}
	for _, name := range attest.AlgorithmNames() {
		accepted[name] = true
		number, ok := binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm_value[name]
		if !ok {
			t.Errorf("the API does not know %s", name)
			continue
		}
		got, err := attest.ParseAlgorithm(name)
		if want := binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm(number).String(); err != nil || string(got) != want {
			t.Errorf("ParseAlgorithm(%s) = %s, %v; the API returns %s", name, got, err, want)
		}
	}
	for name, number := range binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm_value {
		if number != 0 && !accepted[name] {
			t.Errorf("%s of the API is not accepted", name)
		}
	}
}

func TestKMSSpellings(t *testing.T) {
	t.Parallel()
	known := 0
	for name := range kmspb.CryptoKeyVersion_CryptoKeyVersionAlgorithm_value {
		a, err := attest.AlgorithmFromKMS(name)
		if err != nil {
			wantError(t, err, name, "EC_SIGN_P256_SHA256")
			continue
		}
		known++
		if back, ok := a.KMS(); !ok || back != name {
			t.Errorf("%s became %s and back %q", name, a, back)
		}
	}
	if known != 11 {
		t.Errorf("%d algorithms of Cloud KMS can be used, want 11: all but ECDSA_P521_SHA512", known)
	}
}

func TestUnknownAlgorithms(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "-", "ECDSA", "SIGNATURE_ALGORITHM_UNSPECIFIED"} {
		_, err := attest.ParseAlgorithm(s)
		wantError(t, err, `"`+s+`"`, "want one of", "ML_DSA_65")
	}
	for s, meant := range map[string]string{
		"ecdsa_p256_sha256": "ECDSA_P256_SHA256", "ecdsa-p256-sha256": "ECDSA_P256_SHA256", "ec-sign-p256-sha256": "EC_SIGN_P256_SHA256",
		"RSA PSS 4096 SHA512": "RSA_PSS_4096_SHA512", "PQ_SIGN_ML_DSA_65": "ML_DSA_65", "ML-DSA-65": "ML_DSA_65",
	} {
		_, err := attest.ParseAlgorithm(s)
		wantError(t, err, `"`+s+`"`, "did you mean "+meant+"?")
	}
	_, err := attest.AlgorithmFromKMS("")
	wantError(t, err, `""`)
	for _, a := range []attest.Algorithm{"", "ECDSA_P521_SHA512", "EC_SIGN_P256_SHA256"} {
		if s, ok := a.KMS(); ok {
			t.Errorf("%q has the Cloud KMS spelling %q", a, s)
		}
	}
}
