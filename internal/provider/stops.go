package provider

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// echo is the longest time from an interrupt to the walk meant by it: usually milliseconds, more on
// a busy machine.
const echo = 5 * time.Second

// stragglerTime is the time for which the last interrupted request waits for other requests of its
// walk.
const stragglerTime = 100 * time.Millisecond

// stops ends more than the running requests at an interrupt. The framework ends only those.
//
// An interrupt during the start of the provider is meant for the following walk: Terraform stops
// the provider, and then configures it and plans anyway. This applies only to the first
// configuration of a process. A process can continue after an interrupt, and a test run must then
// be able to destroy its objects.
//
// An interrupt during the plan of an apply is meant for the rest of that plan: Terraform (1.16,
// backend_apply.go) tells the provider, and continues with the other resources. A test run's
// cleanup is different: no request is running since the interrupt, because a walk begins only after
// the end of the previous one.
type stops struct {
	mu         sync.Mutex
	at         time.Time
	configured bool
	stopped    bool
	underway   map[*heldContext]bool // true for requests ended by an interrupt
	ended      int                   // their number
	joined     chan struct{}         // closed when another request arrives
}

func (s *stops) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = time.Now()
	for request := range s.underway {
		s.end(request)
	}
}

func (s *stops) configure() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = !s.configured && !s.at.IsZero() && time.Since(s.at) < echo
	s.configured = true
}

// end records that an interrupt ends a request.
func (s *stops) end(request *heldContext) {
	request.end(context.Canceled)
	if !s.underway[request] {
		s.underway[request] = true
		s.ended++
	}
	if s.joined != nil {
		close(s.joined)
		s.joined = nil
	}
}

// enter ends a request immediately if its walk was interrupted before.
func (s *stops) enter(request *heldContext) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.underway == nil {
		s.underway = map[*heldContext]bool{}
	}
	s.underway[request] = false
	if s.stopped || s.ended > 0 {
		s.end(request)
	}
}

// leave is called before a request is answered. It reports whether an interrupt has ended the
// request. The last request of a walk waits for a moment, because the next request of Terraform
// belongs to the same walk.
func (s *stops) leave(request *heldContext) (ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ended = s.underway[request]
	for waiting := true; waiting && ended && s.ended == 1 && !s.stopped; {
		waiting = s.another()
	}
	delete(s.underway, request)
	if ended {
		s.ended--
	}
	return ended
}

// another waits for another request of an interrupted walk, without the lock, and reports whether
// one arrived.
func (s *stops) another() bool {
	if s.joined == nil {
		s.joined = make(chan struct{})
	}
	joined := s.joined
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-joined:
		return true
	case <-time.After(stragglerTime):
		return false
	}
}

// refuse turns an answer without a call into an error too, so that Terraform does not ask for
// dependent objects.
func refuse(answer any) {
	switch a := answer.(type) {
	case *tfprotov6.PlanResourceChangeResponse:
		a.Diagnostics = interrupted(a.Diagnostics)
	case *tfprotov6.ReadResourceResponse:
		a.Diagnostics = interrupted(a.Diagnostics)
	case *tfprotov6.ReadDataSourceResponse:
		a.Diagnostics = interrupted(a.Diagnostics)
	}
}

func interrupted(all []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	for _, d := range all {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return all
		}
	}
	return append(all, &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "Interrupted",
		Detail: "Terraform was interrupted, and the provider was told to stop. Run it again.",
	})
}

// StopProvider implements tfprotov6.ProviderServer.
func (s *server) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.stops.stop()
	return s.everything.StopProvider(ctx, req)
}

// ConfigureProvider implements tfprotov6.ProviderServer.
func (s *server) ConfigureProvider(
	ctx context.Context, req *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	s.stops.configure()
	s.valid.Clear()
	return s.everything.ConfigureProvider(ctx, req)
}
