package attestation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestOneOfTwoSignaturesIsEnough takes the keys of an attestation with two signatures from the attestor, one after the other. It proves
// something until the second goes, whichever of the two the state shows.
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
			note.PublicKeys = slices.DeleteFunc(note.PublicKeys, func(key *binaryauthorizationpb.AttestorPublicKey) bool { return key.GetId() == id })
		})
		said := runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
		if left := i == 0; strings.Contains(said, warning) == left {
			t.Errorf("one key is left: %t, and the plan says:\n%s", left, said)
		}
	}
}

// TestAnImportKnowsTheAttestorByAnySignature: the first of two is one of a key that has left.
func TestAnImportKnowsTheAttestorByAnySignature(t *testing.T) {
	t.Parallel()
	const gone, there = "https://keys.example.com/1", "https://keys.example.com/2"
	k := newKeeper(t)
	k.adds(t, "ci", there)
	name := k.attestsTwice(t, "ci", webImage, gone, there)
	cli := k.CLI(t, fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", it, name))
	expectWords(t, runs(t, cli, 0, "plan", "-generate-config-out="+t.TempDir()+"/generated.tf"), "1 to import, 0 to add, 0 to change", `attestor = "projects/demo/attestors/ci"`)
}

// attestsTwice makes an attestation with two signatures by one key under two ids.
func (k *keeper) attestsTwice(t *testing.T, note, image string, keyIDs ...string) string {
	t.Helper()
	payload, err := attest.Payload(image)
	fine(t, err)
	attestation := &grafeas.AttestationOccurrence{SerializedPayload: payload}
	for _, id := range keyIDs {
		signature, err := k.Clients.Sign(t.Context(), k.version, k.key.Algorithm, payload)
		fine(t, err)
		attestation.Signatures = append(attestation.Signatures, &grafeas.Signature{PublicKeyId: id, Signature: signature})
	}
	made, err := k.Clients.CreateAttestation(t.Context(), k.Project, &gcp.Occurrence{
		NoteName: k.note(note).String(), ResourceUri: "https://" + image, Details: &grafeas.Occurrence_Attestation{Attestation: attestation},
	})
	fine(t, err)
	return made.GetName()
}
