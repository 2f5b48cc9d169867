package binauthz_test

import (
	"strings"
	"testing"

	binaryauthorization "cloud.google.com/go/binaryauthorization/apiv1"
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/grpc/codes"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const image = "https://us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// validation is a valid request, with the signatures of the given files by the given key ids.
func validation(t *testing.T, files map[string]string) *pb.ValidateAttestationOccurrenceRequest {
	t.Helper()
	a := &grafeaspb.AttestationOccurrence{SerializedPayload: []byte(read(t, testdata+"payload.json"))}
	for id, file := range files {
		a.Signatures = append(a.Signatures, &grafeaspb.Signature{PublicKeyId: id, Signature: []byte(read(t, testdata+file))})
	}
	return &pb.ValidateAttestationOccurrenceRequest{
		Attestor:              "projects/p/attestors/a",
		OccurrenceNote:        "projects/p/notes/n",
		OccurrenceResourceUri: image,
		Attestation:           a,
	}
}

// helpers returns a validation client per transport, in front of an attestor with keys of every
// kind.
func helpers(t *testing.T) map[string]*binaryauthorization.ValidationHelperClient {
	t.Helper()
	s := start(t, emulator.Options{})
	c, err := binaryauthorization.NewBinauthzManagementClient(t.Context(), grpcOptions(s)...)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, c)
	if _, err := c.CreateAttestor(t.Context(), create("a", note(
		pkix("https://ec", read(t, testdata+"p256.pem"), pb.PkixPublicKey_ECDSA_P256_SHA256),
		pkix("https://rsa", read(t, testdata+"rsa2048.pem"), pb.PkixPublicKey_RSA_PSS_2048_SHA256),
		pgp("", read(t, testdata+"pgp_rsa.asc"))))); err != nil {
		t.Fatal(err)
	}
	direct, err := binaryauthorization.NewValidationHelperClient(t.Context(), grpcOptions(s)...)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, direct)
	rest, err := binaryauthorization.NewValidationHelperRESTClient(t.Context(), restOptions(t, s)...)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, rest)
	return map[string]*binaryauthorization.ValidationHelperClient{"gRPC": direct, "REST": rest}
}

const pgpID = "BE8A725DF3793A0EC44F6A40270B47647B0C2A56"

func TestVerified(t *testing.T) {
	t.Parallel()
	for transport, c := range helpers(t) {
		for name, files := range map[string]map[string]string{
			"EC":                         {"https://ec": "ECDSA_P256_SHA256.sig"},
			"RSA":                        {"https://rsa": "RSA_PSS_2048_SHA256.sig"},
			"PGP":                        {pgpID: "pgp_rsa.msg.asc"},
			"one good and one bad":       {"https://ec": "ECDSA_P256_SHA256.sig", "https://rsa": "RSA_PSS_3072_SHA256.sig"},
			"one good and one of nobody": {"https://ec": "ECDSA_P256_SHA256.sig", "https://other": "RSA_PSS_3072_SHA256.sig"},
		} {
			got, err := c.ValidateAttestationOccurrence(t.Context(), validation(t, files))
			if err != nil || got.GetResult() != pb.ValidateAttestationOccurrenceResponse_VERIFIED || got.GetDenialReason() != "" {
				t.Errorf("%s over %s: %v, %v", name, transport, got, err)
			}
		}
	}
}

func TestNotVerifiable(t *testing.T) {
	t.Parallel()
	ec := map[string]string{"https://ec": "ECDSA_P256_SHA256.sig"}
	for transport, c := range helpers(t) {
		for reason, change := range map[string]func(*pb.ValidateAttestationOccurrenceRequest){
			"the attestor's note is": func(r *pb.ValidateAttestationOccurrenceRequest) { r.OccurrenceNote = "projects/p/notes/other" },
			"the occurrence about": func(r *pb.ValidateAttestationOccurrenceRequest) {
				r.OccurrenceResourceUri = "https://us-docker.pkg.dev/example/app/web@sha256:" + strings.Repeat("0", 64)
			},
			"the payload is not a JSON object": func(r *pb.ValidateAttestationOccurrenceRequest) {
				r.Attestation.SerializedPayload = []byte("x")
			},
			"the signature is not a signature of this payload": func(r *pb.ValidateAttestationOccurrenceRequest) {
				r.Attestation.SerializedPayload = append(r.Attestation.SerializedPayload, ' ')
			},
			"no public key with the id": func(r *pb.ValidateAttestationOccurrenceRequest) {
				r.Attestation.Signatures[0].PublicKeyId = "https://EC"
			},
			"has no signatures": func(r *pb.ValidateAttestationOccurrenceRequest) { r.Attestation.Signatures = nil },
			"not an armored OpenPGP message": func(r *pb.ValidateAttestationOccurrenceRequest) {
				r.Attestation.Signatures[0].PublicKeyId = pgpID
			},
		} {
			r := validation(t, ec)
			change(r)
			got, err := c.ValidateAttestationOccurrence(t.Context(), r)
			if err != nil || got.GetResult() != pb.ValidateAttestationOccurrenceResponse_ATTESTATION_NOT_VERIFIABLE ||
				!strings.Contains(got.GetDenialReason(), reason) {
				t.Errorf("%s over %s: %v, %v", reason, transport, got, err)
			}
		}
	}
}

func TestValidationRefusals(t *testing.T) {
	t.Parallel()
	c := helpers(t)["gRPC"]
	for code, change := range map[codes.Code]func(*pb.ValidateAttestationOccurrenceRequest){
		codes.NotFound:        func(r *pb.ValidateAttestationOccurrenceRequest) { r.Attestor = "projects/p/attestors/b" },
		codes.InvalidArgument: func(r *pb.ValidateAttestationOccurrenceRequest) { r.Attestation = nil },
	} {
		r := validation(t, nil)
		change(r)
		_, err := c.ValidateAttestationOccurrence(t.Context(), r)
		want(t, err, code, "")
	}
}
