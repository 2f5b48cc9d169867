package policy_test

import (
	"crypto/sha256"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	containeranalysis "cloud.google.com/go/containeranalysis/apiv1"
	kms "cloud.google.com/go/kms/apiv1"
	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/api/option"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// signer attests images with Google's own clients, as a pipeline does: a key in Cloud KMS, a note,
// an attestor with both.
type signer struct {
	note, version, keyID string
	keys                 *kms.KeyManagementClient
	analysis             *containeranalysis.Client
}

func newSigner(t *testing.T, g *acctest.Ground, name string) *signer {
	t.Helper()
	s := &signer{note: "projects/" + g.Project + "/notes/" + name, version: g.KMSKeyVersion(t)}
	s.keyID = "//cloudkms.googleapis.com/v1/" + s.version
	s.dial(t, g)
	_, err := s.analysis.GetGrafeasClient().CreateNote(t.Context(),
		&grafeas.CreateNoteRequest{Parent: "projects/" + g.Project, NoteId: name, Note: &grafeas.Note{
			Type: &grafeas.Note_Attestation{
				Attestation: &grafeas.AttestationNote{Hint: &grafeas.AttestationNote_Hint{HumanReadableName: name}},
			},
		}})
	fatal(t, err)
	public, err := s.keys.GetPublicKey(t.Context(), &kmspb.GetPublicKeyRequest{Name: s.version})
	fatal(t, err)
	owned := &binaryauthorizationpb.UserOwnedGrafeasNote{
		NoteReference: s.note,
		PublicKeys: []*binaryauthorizationpb.AttestorPublicKey{{
			Id: s.keyID,
			PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
				PublicKeyPem:       public.GetPem(),
				SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256,
			}},
		}},
	}
	_, err = g.Clients.CreateAttestor(t.Context(), resname.Attestor{Project: g.Project, ID: name}, &gcp.Attestor{
		AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{UserOwnedGrafeasNote: owned},
	})
	fatal(t, err)
	return s
}

func (s *signer) dial(t *testing.T, g *acctest.Ground) {
	t.Helper()
	options := func() []option.ClientOption {
		conn, err := grpc.NewClient(g.Emulator.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
		fatal(t, err)
		return []option.ClientOption{option.WithGRPCConn(conn)}
	}
	var err error
	s.keys, err = kms.NewKeyManagementClient(t.Context(), options()...)
	fatal(t, err)
	t.Cleanup(func() { _ = s.keys.Close() })
	s.analysis, err = containeranalysis.NewClient(t.Context(), options()...)
	fatal(t, err)
	t.Cleanup(func() { _ = s.analysis.Close() })
}

// sign is the attestation of an image.
func (s *signer) sign(t *testing.T, image string) *grafeas.AttestationOccurrence {
	t.Helper()
	payload, err := attest.Payload(image)
	fatal(t, err)
	sum := sha256.Sum256(payload)
	signed, err := s.keys.AsymmetricSign(t.Context(), &kmspb.AsymmetricSignRequest{
		Name:   s.version,
		Digest: &kmspb.Digest{Digest: &kmspb.Digest_Sha256{Sha256: sum[:]}},
	})
	fatal(t, err)
	return &grafeas.AttestationOccurrence{
		SerializedPayload: payload,
		Signatures:        []*grafeas.Signature{{PublicKeyId: s.keyID, Signature: signed.GetSignature()}},
	}
}

// attach attaches an attestation to an image, also one of another image.
func (s *signer) attach(t *testing.T, g *acctest.Ground, image string, attestation *grafeas.AttestationOccurrence) {
	t.Helper()
	_, err := s.analysis.GetGrafeasClient().CreateOccurrence(t.Context(),
		&grafeas.CreateOccurrenceRequest{Parent: "projects/" + g.Project, Occurrence: &grafeas.Occurrence{
			NoteName: s.note, ResourceUri: "https://" + image, Details: &grafeas.Occurrence_Attestation{Attestation: attestation},
		}})
	fatal(t, err)
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func requireAttestation(p *gcp.Policy, attestor string) {
	p.DefaultAdmissionRule = &binaryauthorizationpb.AdmissionRule{
		EvaluationMode:        binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION,
		EnforcementMode:       binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		RequireAttestationsBy: []string{attestor},
	}
}
