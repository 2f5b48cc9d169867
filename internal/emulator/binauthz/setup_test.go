package binauthz_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	binaryauthorization "cloud.google.com/go/binaryauthorization/apiv1"
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"go.uber.org/goleak"
	discovery "google.golang.org/api/binaryauthorization/v1"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, o emulator.Options) *emulator.Server {
	t.Helper()
	s, err := emulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func grpcOptions(s *emulator.Server) []option.ClientOption {
	return []option.ClientOption{
		option.WithEndpoint(s.Addr()), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
	}
}

func restOptions(t *testing.T, s *emulator.Server) []option.ClientOption {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	return []option.ClientOption{option.WithEndpoint("http://" + s.Addr()), option.WithHTTPClient(client)}
}

func closed(t *testing.T, c interface{ Close() error }) {
	t.Helper()
	t.Cleanup(func() { _ = c.Close() })
}

// both runs a test with Google's gRPC client and with Google's generated REST client, each against
// an emulator of its own.
func both(t *testing.T, o emulator.Options, test func(t *testing.T, s *emulator.Server, c *binaryauthorization.BinauthzManagementClient)) {
	t.Run("gRPC", func(t *testing.T) {
		t.Parallel()
		s := start(t, o)
		c, err := binaryauthorization.NewBinauthzManagementClient(t.Context(), grpcOptions(s)...)
		if err != nil {
			t.Fatal(err)
		}
		closed(t, c)
		test(t, s, c)
	})
	t.Run("REST", func(t *testing.T) {
		t.Parallel()
		s := start(t, o)
		c, err := binaryauthorization.NewBinauthzManagementRESTClient(t.Context(), restOptions(t, s)...)
		if err != nil {
			t.Fatal(err)
		}
		closed(t, c)
		test(t, s, c)
	})
}

// discovered is the client generated from the discovery document. It sends enums by name.
func discovered(t *testing.T, s *emulator.Server) *discovery.Service {
	t.Helper()
	c, err := discovery.NewService(t.Context(), restOptions(t, s)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func note(keys ...*pb.AttestorPublicKey) *pb.Attestor {
	return &pb.Attestor{AttestorType: &pb.Attestor_UserOwnedGrafeasNote{
		UserOwnedGrafeasNote: &pb.UserOwnedGrafeasNote{NoteReference: "projects/p/notes/n", PublicKeys: keys},
	}}
}

func pkix(id, pem string, algorithm pb.PkixPublicKey_SignatureAlgorithm) *pb.AttestorPublicKey {
	return &pb.AttestorPublicKey{Id: id, PublicKey: &pb.AttestorPublicKey_PkixPublicKey{
		PkixPublicKey: &pb.PkixPublicKey{PublicKeyPem: pem, SignatureAlgorithm: algorithm},
	}}
}

func pgp(id, text string) *pb.AttestorPublicKey {
	return &pb.AttestorPublicKey{Id: id, PublicKey: &pb.AttestorPublicKey_AsciiArmoredPgpPublicKey{AsciiArmoredPgpPublicKey: text}}
}

func create(id string, a *pb.Attestor) *pb.CreateAttestorRequest {
	return &pb.CreateAttestorRequest{Parent: "projects/p", AttestorId: id, Attestor: a}
}

func get(id string) *pb.GetAttestorRequest {
	return &pb.GetAttestorRequest{Name: "projects/p/attestors/" + id}
}

func want(t *testing.T, err error, code codes.Code, text string) {
	t.Helper()
	if status.Code(err) != code || err != nil && !strings.Contains(err.Error(), text) {
		t.Errorf("%v; want %s with %q", err, code, text)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
