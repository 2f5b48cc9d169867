package attestation_test

import (
	"bytes"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestOpenSSLVerifiesWhatCloudKMSSigned: openssl verifies each signature of binauthz_attestation
// over gcloud's payload, with the key of binauthz_attestor. Google's clients fetch both.
func TestOpenSSLVerifiesWhatCloudKMSSigned(t *testing.T) {
	t.Parallel()
	openssl := newOpenSSL(t)
	if n := len(binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm_name) - 1; n != len(spokenByOpenSSL) { // one is "unspecified"
		t.Errorf("Binary Authorization has %d algorithms, %d are tested", n, len(spokenByOpenSSL))
	}
	const ring = "projects/demo/locations/global/keyRings/all/cryptoKeys/"
	var keys []string
	versions := map[string]string{}
	for _, s := range spokenByOpenSSL {
		if s.kms != "" {
			keys = append(keys, ring+s.kms+"="+s.kms)
			versions[s.name()] = ring + s.kms + "/cryptoKeyVersions/1"
		}
	}
	g := acctest.NewEmulated(t, emulator.Options{KMSKeys: keys})
	runs(t, g.CLI(t, attestedByEach(t, "foreign", knownImage, versions)), 0, "apply", "-auto-approve")
	client := newGoogle(t, g)
	signatures := map[string][]byte{}
	for _, a := range client.attached(t, "foreign", knownImage) {
		if !bytes.Equal(a.GetSerializedPayload(), payloadOf(t, knownDigest)) {
			t.Errorf("%q was signed, gcloud writes %q", a.GetSerializedPayload(), payloadOf(t, knownDigest))
		}
		signatures[a.GetSignatures()[0].GetPublicKeyId()] = a.GetSignatures()[0].GetSignature()
	}
	if len(signatures) != len(keys) {
		t.Fatalf("%d keys signed, want %d", len(signatures), len(keys))
	}
	for _, s := range spokenByOpenSSL {
		t.Run(s.algorithm.String(), func(t *testing.T) {
			t.Parallel()
			if s.kms == "" {
				t.Skip("Cloud KMS has no such keys: TestWhatOpenSSLSignedCounts makes one")
			}
			s.knownTo(t, openssl)
			attestor, err := client.keys.GetAttestor(t.Context(),
				&binaryauthorizationpb.GetAttestorRequest{Name: "projects/demo/attestors/" + s.name()})
			fine(t, err)
			key := attestor.GetUserOwnedGrafeasNote().GetPublicKeys()[0]
			if got := key.GetPkixPublicKey().GetSignatureAlgorithm(); got != s.algorithm {
				t.Fatalf("the attestor has %s, want %s", got, s.algorithm)
			}
			public := openssl.write(t, s.name()+".pub", []byte(key.GetPkixPublicKey().GetPublicKeyPem()))
			fine(t, s.verify(t, openssl, public, payloadOf(t, knownDigest), signatures[key.GetId()]))
			if s.verify(t, openssl, public, payloadOf(t, otherDigest), signatures[key.GetId()]) == nil {
				t.Error("openssl would verify anything")
			}
		})
	}
}
