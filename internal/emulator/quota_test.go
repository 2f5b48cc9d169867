package emulator_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// clock is a time under the test's control.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestQuota(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Quota: true})
	at := &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	s.World().Clock = at.read
	c := client(t, s)
	for i := range 10 {
		if _, err := c.CreateAttestor(t.Context(), attestor(fmt.Sprint("a", i))); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.CreateAttestor(t.Context(), attestor("b"))
	if status.Code(err) != codes.ResourceExhausted || s.Throttled() != 1 {
		t.Errorf("the 11th create: %v, %d throttled", err, s.Throttled())
	}
	if d := status.Convert(err).Details(); len(d) != 1 || d[0].(*errdetails.ErrorInfo).GetReason() != "RATE_LIMIT_EXCEEDED" {
		t.Errorf("details: %v", d)
	}
	at.advance(time.Minute - time.Nanosecond)
	if _, err := c.CreateAttestor(t.Context(), attestor("b")); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("just before the minute is over: %v", err)
	}
	at.advance(time.Nanosecond)
	if _, err := c.CreateAttestor(t.Context(), attestor("b")); err != nil {
		t.Errorf("after a minute: %v", err)
	}
}

// TestQuotasAreApart: an exhausted quota does not affect other projects and other kinds of calls.
func TestQuotasAreApart(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Quota: true})
	c := client(t, s)
	read := func(project string) error {
		_, err := c.GetPolicy(t.Context(), &pb.GetPolicyRequest{Name: "projects/" + project + "/policy"})
		return err
	}
	for range 100 {
		if err := read("p"); err != nil {
			t.Fatal(err)
		}
	}
	if err := read("p"); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("the 101st read: %v", err)
	}
	if err := read("q"); err != nil {
		t.Errorf("another project: %v", err)
	}
	for i := range 21 {
		_, err := c.DeleteAttestor(t.Context(), &pb.DeleteAttestorRequest{Name: "projects/p/attestors/a"})
		if want := map[bool]codes.Code{true: codes.NotFound, false: codes.ResourceExhausted}[i < 20]; status.Code(err) != want {
			t.Errorf("delete %d: %v", i, err)
		}
	}
}
