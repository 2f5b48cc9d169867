package emulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	methods = "google.cloud.binaryauthorization.v1.BinauthzManagementServiceV1/"
	cluster = "projects/demo/locations/us-central1/clusters/prod"
)

// start runs an emulator for the time of the test.
func start(t *testing.T, o emulator.Options) *emulator.Server {
	t.Helper()
	s, err := emulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// client has no retries, so a test sees every attempt.
func client(t *testing.T, s *emulator.Server) pb.BinauthzManagementServiceV1Client {
	t.Helper()
	return pb.NewBinauthzManagementServiceV1Client(dial(t, s))
}

func dial(t *testing.T, s *emulator.Server) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(s.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableRetry())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// plain is an HTTP client without persistent connections.
var plain = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

type errorAnswer struct {
	Error struct {
		Code            int
		Message, Status string
		Errors          []struct{ Domain, Message, Reason string }
		Details         []map[string]any
	}
}

// call makes a REST call and decodes its answer into into.
func call(t *testing.T, s *emulator.Server, method, path, body string, into any) (code int, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body == "" {
		r.Body = http.NoBody
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer anything")
	r.Header.Set("X-Goog-User-Project", "billing")
	reply, err := plain.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = reply.Body.Close() }()
	raw, err := io.ReadAll(reply.Body)
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatalf("%s %s: %d %s: %v", method, path, reply.StatusCode, raw, err)
	}
	return reply.StatusCode, nil
}

func attestor(id string) *pb.CreateAttestorRequest {
	return &pb.CreateAttestorRequest{Parent: "projects/p", AttestorId: id, Attestor: &pb.Attestor{
		AttestorType: &pb.Attestor_UserOwnedGrafeasNote{
			UserOwnedGrafeasNote: &pb.UserOwnedGrafeasNote{NoteReference: "projects/p/notes/n"},
		},
	}}
}
