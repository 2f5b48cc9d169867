package emulator_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

func inject(t *testing.T, s *emulator.Server, text string) {
	t.Helper()
	f, err := fault.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Inject(f); err != nil {
		t.Fatal(err)
	}
}

// committed reports whether the attestor of a faulty create exists.
func committed(t *testing.T, c pb.BinauthzManagementServiceV1Client) bool {
	t.Helper()
	_, err := c.GetAttestor(t.Context(), &pb.GetAttestorRequest{Name: "projects/p/attestors/a"})
	if err != nil && status.Code(err) != codes.NotFound {
		t.Fatal(err)
	}
	return err == nil
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]struct {
		code      codes.Code
		http      int // 0 when there is no answer at all
		committed bool
	}{
		"unavailable":                    {codes.Unavailable, 503, false},
		"deadline_exceeded":              {codes.DeadlineExceeded, 504, false},
		"resource_exhausted":             {codes.ResourceExhausted, 429, false},
		"permission_denied":              {codes.PermissionDenied, 403, false},
		"service_disabled":               {codes.PermissionDenied, 403, false},
		"unauthenticated":                {codes.Unauthenticated, 401, false},
		"internal":                       {codes.Internal, 500, false},
		"unknown":                        {codes.Unknown, 500, false},
		"aborted":                        {codes.Aborted, 409, false},
		"failed_precondition":            {codes.FailedPrecondition, 400, false},
		"org_policy,constraint=custom.a": {codes.FailedPrecondition, 400, false},
		"reset":                          {codes.Unavailable, 0, false},
		"delay=20ms":                     {codes.OK, 200, true},
		"after:delay=20ms":               {codes.OK, 200, true},
		"after:unavailable":              {codes.Unavailable, 503, true},
		"after:deadline_exceeded":        {codes.DeadlineExceeded, 504, true},
		"after:reset":                    {codes.Unavailable, 0, true},
	} {
		t.Run(kind+" by gRPC", func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Options{})
			c := client(t, s)
			inject(t, s, "CreateAttestor="+kind)
			_, err := c.CreateAttestor(t.Context(), attestor("a"))
			if status.Code(err) != want.code || committed(t, c) != want.committed {
				t.Errorf("%v, committed: %t", err, committed(t, c))
			}
		})
		t.Run(kind+" by REST", func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Options{})
			inject(t, s, "CreateAttestor="+kind)
			var e errorAnswer
			code, err := call(t, s, "POST", "/v1/projects/p/attestors?attestorId=a",
				`{"userOwnedGrafeasNote":{"noteReference":"projects/p/notes/n"}}`, &e)
			if code != want.http || (err != nil) != (want.http == 0) || code >= 400 && e.Error.Code != code {
				t.Errorf("%d %+v %v", code, e, err)
			}
			if got := committed(t, client(t, s)); got != want.committed {
				t.Errorf("committed: %t", got)
			}
		})
	}
}

// TestFaultOnRoute: faults and counts include methods without a protobuf.
func TestFaultOnRoute(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	inject(t, s, "ListPlatformPolicies=after:unavailable")
	var e errorAnswer
	for i, want := range []int{http.StatusServiceUnavailable, http.StatusOK} {
		if code, err := call(t, s, "GET", "/v1/projects/p/platforms/gke/policies", "", &e); code != want || err != nil {
			t.Errorf("call %d: %d %v", i, code, err)
		}
	}
	if got := s.Calls()["google.cloud.binaryauthorization.v1.PlatformPolicyManagementService/ListPlatformPolicies"]; got != 2 {
		t.Errorf("%d calls are counted", got)
	}
}

// TestHang cancels a call once the server has it, or has done its work; this depends on the
// machine's speed.
func TestHang(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"hang", "after:hang"} {
		s := start(t, emulator.Options{})
		c := client(t, s)
		inject(t, s, "CreateAttestor="+kind)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			_, err := c.CreateAttestor(ctx, attestor("a"))
			ended <- err
		}()
		late := kind == "after:hang"
		waits := func() bool { return s.Calls()[methods+"CreateAttestor"] == 0 || late && !committed(t, c) }
		for until := time.Now().Add(time.Minute); waits(); time.Sleep(time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("%s: the call never came", kind)
			}
		}
		select {
		case err := <-ended:
			t.Errorf("%s: answered with %v", kind, err)
		default:
		}
		cancel()
		if err := <-ended; status.Code(err) != codes.Canceled {
			t.Errorf("%s: %v", kind, err)
		}
		if got := committed(t, c); got != late {
			t.Errorf("%s: committed: %t", kind, got)
		}
	}
}

func TestCloseEndsHangingCalls(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Faults: []fault.Fault{{Method: "*", Kind: fault.Hang}}})
	c := client(t, s)
	done := make(chan error, 1)
	go func() {
		_, err := c.GetPolicy(t.Context(), &pb.GetPolicyRequest{Name: "projects/p/policy"})
		done <- err
	}()
	for s.Calls()[methods+"GetPolicy"] == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err == nil {
		t.Error("the call has an answer")
	}
}

func TestFaultDetailsOverREST(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	inject(t, s, "GetAttestor=permission_denied")
	var e errorAnswer
	if _, err := call(t, s, "GET", "/v1/projects/p/attestors/a", "", &e); err != nil {
		t.Fatal(err)
	}
	if len(e.Error.Details) != 1 || e.Error.Details[0]["reason"] != "IAM_PERMISSION_DENIED" ||
		e.Error.Details[0]["metadata"].(map[string]any)["permission"] != "binaryauthorization.attestors.get" {
		t.Errorf("%+v", e)
	}
}
