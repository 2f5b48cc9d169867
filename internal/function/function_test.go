package function_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	framework "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

func TestDefinitionsAreValid(t *testing.T) {
	t.Parallel()
	all := functions(t)
	if len(all) != 6 {
		t.Errorf("%d functions with names of their own", len(all))
	}
	for name, f := range all {
		var defined framework.DefinitionResponse
		f.Definition(t.Context(), framework.DefinitionRequest{}, &defined)
		var checked framework.DefinitionValidateResponse
		defined.Definition.ValidateImplementation(t.Context(), framework.DefinitionValidateRequest{FuncName: name}, &checked)
		if checked.Diagnostics.HasError() || defined.Definition.Summary == "" || defined.Definition.MarkdownDescription == "" {
			t.Errorf("%s: %v", name, checked.Diagnostics)
		}
	}
}

func TestSignaturePayload(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"", "https://"} {
		returns(t, known(t, "payload.json"), "signature_payload", scheme+"us-docker.pkg.dev/example/app/web@"+digest)
	}
	for _, image := range []string{"us-docker.pkg.dev/example/app/web:v1", ""} {
		refuses(t, 0, []string{
			"no digest", "binauthz_image", "gcloud artifacts docker images describe", "crane digest",
		}, "signature_payload", image)
	}
	for image, word := range map[string]string{
		"us-docker.pkg.dev/example/app/web:v1@" +
			digest: "both a tag and a digest, but a payload has no tag: want us-docker.pkg.dev/example/app/web@" + digest,
		"us-docker.pkg.dev/example/app/web@sha256:abcdef": "no digest",
		"example/app@" + digest:                           "no registry",
	} {
		refuses(t, 0, []string{word}, "signature_payload", image)
		if _, err := call(t, "signature_payload", image); strings.Contains(err.Text, "crane") {
			t.Errorf("%s has a digest, and the error says how to come to one: %s", image, err.Text)
		}
	}
}

func TestPublicKeyID(t *testing.T) {
	t.Parallel()
	for file, id := range answers(t, "ids.txt") {
		if _, err := attest.ParsePKIX(known(t, file)); err == nil {
			returns(t, id, "public_key_id", known(t, file))
		}
	}
	for file, fingerprint := range answers(t, "fingerprints.txt") {
		returns(t, fingerprint, "public_key_id", known(t, file))
		returns(t, fingerprint, "public_key_id", "\r\n"+strings.ReplaceAll(known(t, file), "\n", "\r\n"))
	}
}

func TestPublicKeyIDRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, word string }{
		"no key":            {"", "no PEM block"},
		"a private key":     {privateKey(t), "treat the private key as disclosed"},
		"a PGP secret":      {"-----BEGIN PGP PRIVATE KEY BLOCK-----", "treat the private key as disclosed"},
		"a certificate":     {known(t, "certificate.crt"), "openssl x509"},
		"Ed25519":           {known(t, "ed25519.pem"), "RSA, EC and ML-DSA-65"},
		"several of PGP":    {known(t, "pgp_two.asc"), "several primary keys"},
		"a PGP signature":   {known(t, "pgp_rsa.msg.asc"), "PGP PUBLIC KEY BLOCK"},
		"Ed25519, indented": {"  " + strings.ReplaceAll(known(t, "ed25519.pem"), "\n", "\n  "), "RSA, EC and ML-DSA-65"},
	} {
		refuses(t, 0, []string{c.word, "openssl pkey -pubout", "gpg --export --armor"}, "public_key_id", c.text)
		if _, err := call(t, "public_key_id", c.text); err != nil && strings.Contains(err.Text, "MI") {
			t.Errorf("%s: the error repeats the text: %s", name, err.Text)
		}
	}
}

// privateKey generates a key at test time, so the repository contains no private key.
func privateKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestKMSKeyID(t *testing.T) {
	t.Parallel()
	for _, written := range []string{version, "//cloudkms.googleapis.com/v1/" + version} {
		returns(t, "//cloudkms.googleapis.com/v1/"+version, "kms_key_id", written)
	}
	for _, wrong := range []string{"", strings.TrimSuffix(version, "/cryptoKeyVersions/1"), version + "/2", "ci"} {
		refuses(t, 0, []string{
			"a Cloud KMS key version", "cryptoKeyVersions/{version}", "gcloud kms keys versions list",
		}, "kms_key_id", wrong)
	}
}

func TestKMSAlgorithm(t *testing.T) {
	t.Parallel()
	for _, name := range attest.AlgorithmNames() {
		a, err := attest.ParseAlgorithm(name)
		if err != nil {
			t.Fatal(err)
		}
		returns(t, string(a), "kms_algorithm", name)
		if kms, ok := a.KMS(); ok {
			returns(t, string(a), "kms_algorithm", kms)
		}
	}
	returns(t, "ML_DSA_65", "kms_algorithm", "PQ_SIGN_ML_DSA_65")
	for _, wrong := range []string{"", "EC_SIGN_ED25519", "RSA_DECRYPT_OAEP_2048_SHA256", "ec_sign_p256_sha256"} {
		refuses(t, 0, []string{`"` + wrong + `"`, "EC_SIGN_P256_SHA256", "create a new key"}, "kms_algorithm", wrong)
	}
	refuses(t, 0, []string{"did you mean ECDSA_P256_SHA256?\n"}, "kms_algorithm", "ecdsa-p256-sha256")
}

func TestImageMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, image string
		want           bool
	}{
		{"gcr.io/p/app", "gcr.io/p/app", true},
		{"gcr.io/p/app", "gcr.io/p/app:1", false},
		{"gcr.io/p/app:*", "gcr.io/p/app:1", true},
		{"gcr.io/p/*", "gcr.io/p/a/b", false},
		{"gcr.io/p/**", "gcr.io/p/a/b@" + digest, true},
	} {
		got, err := call(t, "image_matches", c.pattern, c.image)
		if err != nil || !got.Equal(types.BoolValue(c.want)) {
			t.Errorf("%+v: %v, %v", c, got, err)
		}
	}
	refuses(t, 0, []string{"is not an allowlist pattern", "at the end"}, "image_matches", "gcr.io/*/app", "gcr.io/p/app")
	refuses(t, 0, []string{"is empty"}, "image_matches", "", "also no image!")
	refuses(t, 1, []string{"is not an image", "[registry/]path/to/image"}, "image_matches", "gcr.io/p/*", "https://gcr.io/p/app")
}

func TestParseImage(t *testing.T) {
	t.Parallel()
	for written, want := range map[string][5]string{
		"nginx":                              {"", "nginx", "", "", "nginx"},
		"gcr.io/p/a/b:v1@" + digest:          {"gcr.io", "p/a/b", "v1", digest, "gcr.io/p/a/b"},
		"localhost:5000/a@" + digest:         {"localhost:5000", "a", "", digest, "localhost:5000/a"},
		"us-docker.pkg.dev/p/r/web:20261124": {"us-docker.pkg.dev", "p/r/web", "20261124", "", "us-docker.pkg.dev/p/r/web"},
	} {
		got, err := call(t, "parse_image", written)
		if err != nil {
			t.Errorf("%s: %v", written, err)
			continue
		}
		parts := got.(types.Object).Attributes()
		for i, part := range []string{"registry", "repository", "tag", "digest", "name"} {
			value := attr.Value(types.StringValue(want[i]))
			if want[i] == "" {
				value = types.StringNull()
			}
			if !parts[part].Equal(value) {
				t.Errorf("%s: %s is %s, want %s", written, part, parts[part], value)
			}
		}
	}
	refuses(t, 0, []string{"is not an image", "[registry/]path/to/image", "without a scheme"}, "parse_image", "https://gcr.io/p/a")
}
