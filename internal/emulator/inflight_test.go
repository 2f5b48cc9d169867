package emulator

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// TestHangEndsWithTheHTTPClient: the server notices a disconnected client, even with an unread
// body.
func TestHangEndsWithTheHTTPClient(t *testing.T) {
	t.Parallel()
	s, err := Start(Options{Faults: []fault.Fault{{Method: "*", Kind: fault.Hang, Count: fault.Forever}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for i, path := range []string{"/v1/projects/p/attestors?attestorId=a", "/v1/projects/p/platforms/gke/policies?policyId=a"} {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		go func() { // goes away once the call has come in
			for len(s.Calls()) <= i && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.Addr()+path,
			strings.NewReader(`{"userOwnedGrafeasNote":{}}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		if reply, err := client.Do(r); err == nil {
			_ = reply.Body.Close()
			t.Errorf("%s: %s", path, reply.Status)
		}
		cancel()
		for until := time.Now().Add(5 * time.Second); s.inFlight.now() > 0; time.Sleep(time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("%s still hangs", path)
			}
		}
	}
	if calls := s.Calls(); len(calls) != 2 {
		t.Errorf("calls: %v", calls)
	}
}
