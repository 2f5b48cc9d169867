package emulator_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"testing"

	binaryauthorization "cloud.google.com/go/binaryauthorization/apiv1"
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	container "cloud.google.com/go/container/apiv1"
	"cloud.google.com/go/container/apiv1/containerpb"
	kms "cloud.google.com/go/kms/apiv1"
	"cloud.google.com/go/kms/apiv1/kmspb"
	plainv1 "google.golang.org/api/container/v1"
	beta "google.golang.org/api/container/v1beta1"
	containeranalysis "google.golang.org/api/containeranalysis/v1"
	"google.golang.org/api/option"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const (
	signingKey = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci"
	version    = signingKey + "/cryptoKeyVersions/1"
	image      = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)

func rest(t *testing.T, s *emulator.Server) []option.ClientOption {
	t.Helper()
	c := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(c.CloseIdleConnections)
	return []option.ClientOption{option.WithEndpoint("http://" + s.Addr()), option.WithHTTPClient(c)}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func closed(t *testing.T, c io.Closer) {
	t.Helper()
	t.Cleanup(func() { _ = c.Close() })
}

// TestAttestAnImage goes the whole way over REST with Google's clients: note, key, attestor,
// signature, occurrence, proof.
func TestAttestAnImage(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{KMSKeys: []string{signingKey}})
	ctx := t.Context()
	keys, err := kms.NewKeyManagementRESTClient(ctx, rest(t, s)...)
	check(t, err)
	closed(t, keys)
	public, err := keys.GetPublicKey(ctx, &kmspb.GetPublicKeyRequest{Name: version})
	check(t, err)

	analysis, err := containeranalysis.NewService(ctx, rest(t, s)...)
	check(t, err)
	note, err := analysis.Projects.Notes.Create("projects/demo", &containeranalysis.Note{
		Attestation: &containeranalysis.AttestationNote{Hint: &containeranalysis.Hint{HumanReadableName: "built by CI"}},
	}).NoteId("n").Context(ctx).Do()
	check(t, err)

	management, err := binaryauthorization.NewBinauthzManagementRESTClient(ctx, rest(t, s)...)
	check(t, err)
	closed(t, management)
	id := "//cloudkms.googleapis.com/v1/" + version
	made, err := management.CreateAttestor(ctx, &pb.CreateAttestorRequest{Parent: "projects/demo", AttestorId: "ci", Attestor: &pb.Attestor{
		AttestorType: &pb.Attestor_UserOwnedGrafeasNote{UserOwnedGrafeasNote: &pb.UserOwnedGrafeasNote{
			NoteReference: note.Name,
			PublicKeys: []*pb.AttestorPublicKey{{
				Id: id, PublicKey: &pb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &pb.PkixPublicKey{
					PublicKeyPem: public.GetPem(), SignatureAlgorithm: pb.PkixPublicKey_EC_SIGN_P256_SHA256,
				}},
			}},
		}},
	}})
	check(t, err)

	payload, err := attest.Payload(image)
	check(t, err)
	digest := sha256.Sum256(payload)
	signed, err := keys.AsymmetricSign(ctx, &kmspb.AsymmetricSignRequest{
		Name:   version,
		Digest: &kmspb.Digest{Digest: &kmspb.Digest_Sha256{Sha256: digest[:]}},
	})
	check(t, err)
	occurrence, err := analysis.Projects.Occurrences.Create("projects/demo", &containeranalysis.Occurrence{
		NoteName: note.Name, ResourceUri: "https://" + image,
		Attestation: &containeranalysis.AttestationOccurrence{
			SerializedPayload: base64.StdEncoding.EncodeToString(payload),
			Signatures: []*containeranalysis.Signature{
				{PublicKeyId: id, Signature: base64.StdEncoding.EncodeToString(signed.GetSignature())},
			},
		},
	}).Context(ctx).Do()
	check(t, err)

	helper, err := binaryauthorization.NewValidationHelperRESTClient(ctx, rest(t, s)...)
	check(t, err)
	closed(t, helper)
	proof, err := helper.ValidateAttestationOccurrence(ctx, &pb.ValidateAttestationOccurrenceRequest{
		Attestor: made.GetName(), OccurrenceNote: occurrence.NoteName, OccurrenceResourceUri: occurrence.ResourceUri,
		Attestation: &grafeaspb.AttestationOccurrence{
			SerializedPayload: payload,
			Signatures:        []*grafeaspb.Signature{{PublicKeyId: id, Signature: signed.GetSignature()}},
		},
	})
	if err != nil || proof.GetResult() != pb.ValidateAttestationOccurrenceResponse_VERIFIED {
		t.Errorf("%v, %v", proof, err)
	}
}

// TestClusterOverREST sets a cluster's mode with the generated client (enums by number), and reads
// it with the beta client.
func TestClusterOverREST(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Clusters: []string{cluster}})
	ctx := t.Context()
	manager, err := container.NewClusterManagerRESTClient(ctx, rest(t, s)...)
	check(t, err)
	closed(t, manager)
	operation, err := manager.UpdateCluster(ctx, &containerpb.UpdateClusterRequest{Name: cluster, Update: &containerpb.ClusterUpdate{
		DesiredBinaryAuthorization: &containerpb.BinaryAuthorization{
			EvaluationMode: containerpb.BinaryAuthorization_PROJECT_SINGLETON_POLICY_ENFORCE,
		},
	}})
	check(t, err)
	done, err := manager.GetOperation(ctx, &containerpb.GetOperationRequest{
		Name: "projects/demo/locations/us-central1/operations/" + operation.GetName(),
	})
	if err != nil || done.GetStatus() != containerpb.Operation_DONE {
		t.Errorf("%v, %v", done, err)
	}
	service, err := beta.NewService(ctx, rest(t, s)...)
	check(t, err)
	got, err := service.Projects.Locations.Clusters.Get(cluster).Fields("binaryAuthorization").Context(ctx).Do()
	if err != nil || got.BinaryAuthorization.EvaluationMode != "PROJECT_SINGLETON_POLICY_ENFORCE" || got.Name != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestBindingsOverV1REST reads a mode known only to v1beta1: Google's v1 client accepts any name of
// an enum but no number.
func TestBindingsOverV1REST(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Clusters: []string{cluster}})
	ctx := t.Context()
	service, err := beta.NewService(ctx, rest(t, s)...)
	check(t, err)
	for mode, number := range map[string]int{"POLICY_BINDINGS": 3, "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE": 4} {
		_, err = service.Projects.Locations.Clusters.Update(cluster, &beta.UpdateClusterRequest{Update: &beta.ClusterUpdate{
			DesiredBinaryAuthorization: &beta.BinaryAuthorization{
				EvaluationMode: mode,
				PolicyBindings: []*beta.PolicyBinding{{Name: "projects/demo/platforms/gke/policies/x"}},
			},
		}}).Context(ctx).Do()
		check(t, err)
		v1, err := plainv1.NewService(ctx, rest(t, s)...)
		check(t, err)
		got, err := v1.Projects.Locations.Clusters.Get(cluster).Context(ctx).Do()
		if err != nil || got.BinaryAuthorization.EvaluationMode != mode {
			t.Errorf("%+v, %v", got, err)
		}
		var numbers struct{ BinaryAuthorization struct{ EvaluationMode int } }
		code, err := call(t, s, "GET", "/v1/"+cluster+"?$alt=json;enum-encoding=int", "", &numbers)
		if err != nil || code != http.StatusOK || numbers.BinaryAuthorization.EvaluationMode != number {
			t.Errorf("by number: %d %+v, %v", code, numbers, err)
		}
	}
}
