package kubernetes_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"testing"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// attestor creates a note and an attestor with a key. It returns a function to attest an image,
// signed for the same image or another one.
func (b *bench) attestor(t *testing.T) (sign func(image, signed string)) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	check(t, err)
	notes := grafeaspb.NewGrafeasClient(b.conn)
	_, err = notes.CreateNote(t.Context(), &grafeaspb.CreateNoteRequest{Parent: "projects/demo", NoteId: "ci", Note: &grafeaspb.Note{
		Type: &grafeaspb.Note_Attestation{Attestation: &grafeaspb.AttestationNote{
			Hint: &grafeaspb.AttestationNote_Hint{HumanReadableName: "ci"},
		}},
	}})
	check(t, err)
	public := &pb.AttestorPublicKey{PublicKey: &pb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &pb.PkixPublicKey{
		PublicKeyPem:       string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		SignatureAlgorithm: pb.PkixPublicKey_ECDSA_P256_SHA256,
	}}}
	note := &pb.UserOwnedGrafeasNote{NoteReference: "projects/demo/notes/ci", PublicKeys: []*pb.AttestorPublicKey{public}}
	made, err := pb.NewBinauthzManagementServiceV1Client(b.conn).CreateAttestor(t.Context(), &pb.CreateAttestorRequest{
		Parent: "projects/demo", AttestorId: "ci",
		Attestor: &pb.Attestor{AttestorType: &pb.Attestor_UserOwnedGrafeasNote{UserOwnedGrafeasNote: note}},
	})
	check(t, err)
	return func(image, signed string) {
		payload, err := attest.Payload(signed)
		check(t, err)
		sum := sha256.Sum256(payload)
		signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
		check(t, err)
		_, err = notes.CreateOccurrence(t.Context(), &grafeaspb.CreateOccurrenceRequest{
			Parent: "projects/demo",
			Occurrence: &grafeaspb.Occurrence{
				NoteName: "projects/demo/notes/ci", ResourceUri: "https://" + image,
				Details: &grafeaspb.Occurrence_Attestation{Attestation: &grafeaspb.AttestationOccurrence{
					SerializedPayload: payload,
					Signatures: []*grafeaspb.Signature{{
						PublicKeyId: made.GetUserOwnedGrafeasNote().GetPublicKeys()[0].GetId(),
						Signature:   signature,
					}},
				}},
			},
		})
		check(t, err)
	}
}
