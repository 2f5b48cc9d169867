package attestation_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// TestOneOfTwoSignaturesIsEnough removes both keys from the attestor, one after the other. The
// attestation is verifiable until the second removal, regardless of the signature in the state.
func TestOneOfTwoSignaturesIsEnough(t *testing.T) {
	t.Parallel()
	const first, second, warning = "https://keys.example.com/1", "https://keys.example.com/2", "Attestation no longer verifiable"
	k := newKeeper(t)
	k.adds(t, "ci", first, second)
	name := k.attestsTwice(t, "ci", webImage, first, second)
	cli := k.CLI(t, fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", it, name)+attested("ci", webImage, by(k.version)))
	expectWords(t, runs(t, cli, 0, "apply", "-auto-approve"), "1 imported, 0 added")
	for i, id := range []string{first, second} {
		k.edit(t, "ci", func(a *gcp.Attestor) {
			note := a.GetUserOwnedGrafeasNote()
			note.PublicKeys = slices.DeleteFunc(note.PublicKeys, func(key *binaryauthorizationpb.AttestorPublicKey) bool {
				return key.GetId() == id
			})
		})
		said := runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
		if left := i == 0; strings.Contains(said, warning) == left {
			t.Errorf("one key is left: %t, and the plan says:\n%s", left, said)
		}
	}
}

// TestAnImportKnowsTheAttestorByAnySignature: the first of two signatures is by a removed key.
func TestAnImportKnowsTheAttestorByAnySignature(t *testing.T) {
	t.Parallel()
	const gone, there = "https://keys.example.com/1", "https://keys.example.com/2"
	k := newKeeper(t)
	k.adds(t, "ci", there)
	name := k.attestsTwice(t, "ci", webImage, gone, there)
	cli := k.CLI(t, fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", it, name))
	expectWords(t, runs(t, cli, 0, "plan", "-generate-config-out="+t.TempDir()+"/generated.tf"), "1 to import, 0 to add, 0 to change",
		`attestor = "projects/demo/attestors/ci"`)
}

// TestAnImportTakesAnySignature: the configuration names the key of the second signature. A key
// without a signature is a replacement.
func TestAnImportTakesAnySignature(t *testing.T) {
	t.Parallel()
	const one, two = "https://keys.example.com/1", "https://keys.example.com/2"
	k := newKeeper(t)
	second := k.version
	second.Version = "2"
	for name, c := range map[string]struct {
		ids    [2]string
		signed bool // by the second key
		ready  bool // the configuration has its signature
	}{
		"Cloud KMS": {[2]string{k.version.KeyID(), second.KeyID()}, true, false}, "other ids": {[2]string{one, two}, true, false},
		"ready": {[2]string{one, two}, true, true}, "another key": {[2]string{k.version.KeyID(), second.KeyID()}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKeeper(t)
			k.adds(t, "ci", c.ids[0])
			public, err := k.Clients.PublicKey(t.Context(), second)
			fine(t, err)
			k.edit(t, "ci", func(a *gcp.Attestor) {
				key := pkixKey(t, c.ids[1], "p256.pem", binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256)
				key.GetPkixPublicKey().PublicKeyPem = public.PEM
				a.GetUserOwnedGrafeasNote().PublicKeys = append(a.GetUserOwnedGrafeasNote().PublicKeys, key)
			})
			signed := []*grafeas.Signature{k.signs(t, webImage, k.version, c.ids[0]), k.signs(t, webImage, second, c.ids[1])}
			signer := by(second)
			if c.ready {
				signer = fmt.Sprintf("signature = %q\n  public_key_id = %q", base64.StdEncoding.EncodeToString(signed[1].GetSignature()),
					c.ids[1])
			}
			if !c.signed {
				signed = signed[:1]
			}
			name := k.attestsBy(t, "ci", webImage, signed...)
			config := fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", it, name) + attested("ci", webImage, signer)
			cli := k.CLI(t, config)
			said := runs(t, cli, 0, "apply", "-auto-approve")
			if !c.signed {
				expectWords(t, said, "1 imported, 1 added, 0 changed, 1 destroyed")
				return
			}
			expectWords(t, said, "1 imported, 0 added,", "0 destroyed")
			for range 2 {
				runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
			}
			expectWords(t, runs(t, cli, 0, "state", "show", it), fmt.Sprintf("public_key_id = %q", c.ids[1]))
		})
	}
}

// attestsTwice writes an attestation with two signatures by one key under two ids.
func (k *keeper) attestsTwice(t *testing.T, note, image string, keyIDs ...string) string {
	t.Helper()
	var signatures []*grafeas.Signature
	for _, id := range keyIDs {
		signatures = append(signatures, k.signs(t, image, k.version, id))
	}
	return k.attestsBy(t, note, image, signatures...)
}

// signs returns a signature by a key version, under its id in the attestor.
func (k *keeper) signs(t *testing.T, image string, version resname.KMSKeyVersion, id string) *grafeas.Signature {
	t.Helper()
	payload, err := attest.Payload(image)
	fine(t, err)
	signature, err := k.Clients.Sign(t.Context(), version, k.key.Algorithm, payload)
	fine(t, err)
	return &grafeas.Signature{PublicKeyId: id, Signature: signature}
}

func (k *keeper) attestsBy(t *testing.T, note, image string, signatures ...*grafeas.Signature) string {
	t.Helper()
	payload, err := attest.Payload(image)
	fine(t, err)
	made, err := k.Clients.CreateAttestation(t.Context(), k.Project, &gcp.Occurrence{
		NoteName: k.note(note).String(), ResourceUri: "https://" + image,
		Details: &grafeas.Occurrence_Attestation{
			Attestation: &grafeas.AttestationOccurrence{SerializedPayload: payload, Signatures: signatures},
		},
	})
	fine(t, err)
	return made.GetName()
}
