package attestation_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	webImage   = "us-docker.pkg.dev/acme/app/web@sha256:1111111111111111111111111111111111111111111111111111111111111111"
	otherImage = "us-docker.pkg.dev/acme/app/other@sha256:2222222222222222222222222222222222222222222222222222222222222222"
)

// keeper creates attestors and attestations without the provider.
type keeper struct {
	*acctest.Ground
	version resname.KMSKeyVersion
	key     gcp.PublicKey
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	k := &keeper{Ground: acctest.NewEmulated(t, emulator.Options{})}
	var err error
	k.version, err = resname.ParseKMSKeyVersion(k.KMSKeyVersion(t))
	fine(t, err)
	k.key, err = k.Clients.PublicKey(t.Context(), k.version)
	fine(t, err)
	return k
}

func fine(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (k *keeper) note(id string) resname.Note { return resname.Note{Project: k.Project, ID: id} }

func (k *keeper) attestor(id string) resname.Attestor {
	return resname.Attestor{Project: k.Project, ID: id}
}

// adds creates a note and an attestor of the same name, with the key under each of keyIDs.
func (k *keeper) adds(t *testing.T, id string, keyIDs ...string) {
	t.Helper()
	_, err := k.Clients.CreateNote(t.Context(), k.note(id), &gcp.Note{Type: &grafeas.Note_Attestation{
		Attestation: &grafeas.AttestationNote{Hint: &grafeas.AttestationNote_Hint{HumanReadableName: id}},
	}})
	fine(t, err)
	k.reads(t, id, id, keyIDs...)
}

// reads creates an attestor of an existing note, with the key under each of keyIDs.
func (k *keeper) reads(t *testing.T, id, note string, keyIDs ...string) {
	t.Helper()
	owned := &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: k.note(note).String()}
	for _, keyID := range keyIDs {
		owned.PublicKeys = append(owned.PublicKeys, &binaryauthorizationpb.AttestorPublicKey{
			Id: keyID,
			PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
				PublicKeyPem: k.key.PEM, SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256,
			}},
		})
	}
	_, err := k.Clients.CreateAttestor(t.Context(), k.attestor(id), &gcp.Attestor{
		AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{UserOwnedGrafeasNote: owned},
	})
	fine(t, err)
}

// attests writes an attestation of image to project, and returns the occurrence's name. The
// signature is over the payload of signed.
func (k *keeper) attests(t *testing.T, project, note, image, signed, keyID string) string {
	t.Helper()
	payload, err := attest.Payload(signed)
	fine(t, err)
	signature, err := k.Clients.Sign(context.Background(), k.version, k.key.Algorithm, payload)
	fine(t, err)
	made, err := k.Clients.CreateAttestation(context.Background(), project, &gcp.Occurrence{
		NoteName: k.note(note).String(), ResourceUri: "https://" + image,
		Details: &grafeas.Occurrence_Attestation{Attestation: &grafeas.AttestationOccurrence{
			SerializedPayload: payload, Signatures: []*grafeas.Signature{{PublicKeyId: keyID, Signature: signature}},
		}},
	})
	fine(t, err)
	return made.GetName()
}

func (k *keeper) fails(t *testing.T, text string) {
	t.Helper()
	f, err := fault.Parse(text)
	fine(t, err)
	fine(t, k.Emulator.Inject(f))
}

// data returns a configuration with one data source, "it".
func data(kind string, attributes ...string) string {
	return fmt.Sprintf("data %q \"it\" {\n  %s\n}\n", kind, strings.Join(attributes, "\n  "))
}

func shows(kind, attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("data."+kind+".it", tfjsonpath.New(attribute), value)
}

func refuses(kind, message string, attributes ...string) resource.TestStep {
	return resource.TestStep{Config: data(kind, attributes...), ExpectError: regexp.MustCompile(strings.ReplaceAll(message, " ", `\s+`))}
}
