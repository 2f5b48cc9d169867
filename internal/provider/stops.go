package provider

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// echo is how long after an interrupt Terraform may still begin the walk that it was meant for: milliseconds, but for a busy machine.
const echo = 5 * time.Second

// stragglerTime is how long the last request that an interrupt ended waits for others of its walk.
const stragglerTime = 100 * time.Millisecond

// stops knows of interrupts that end more than the requests under way, which is all that the framework ends.
//
// One that comes while Terraform starts the provider is for the walk that follows: Terraform stops the provider, and then configures it
// and plans all the same. That holds for the first configuration of a process alone: a process can live on after an interrupt, and
// what a test run cleans up then has to be cleaned up.
//
// One that comes during the plan of an apply is for the rest of that plan: Terraform (1.16, backend_apply.go) tells the provider, and
// goes on with the resources that are left. They are told from what a test run cleans up by a request of theirs being under way from the
// interrupt on: a walk begins when the one before it has ended.
type stops struct {
	mu         sync.Mutex
	at         time.Time
	configured bool
	stopped    bool
	underway   map[*heldContext]bool // true for those that an interrupt has ended
	ended      int                   // how many of them
	joined     chan struct{}         // is closed when another one comes
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

// end notes that an interrupt ends a request.
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

// enter ends a request at once if its walk was interrupted before.
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

// leave is for a request that is to be answered, and reports whether an interrupt has ended it. The last one of a walk waits for a moment:
// what Terraform asks next belongs to the same walk.
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

// another waits for another request of an interrupted walk and reports whether one came. It gives way meanwhile.
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

// refuse makes an answer that needed no call an error, too: what depends on it is not asked for then.
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
	return append(all, &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Interrupted", Detail: "Terraform was interrupted, and the provider was told to stop. Run it again."})
}

// StopProvider implements tfprotov6.ProviderServer.
func (s *server) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.stops.stop()
	return s.everything.StopProvider(ctx, req)
}

// ConfigureProvider implements tfprotov6.ProviderServer.
func (s *server) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.stops.configure()
	s.valid.Clear()
	return s.everything.ConfigureProvider(ctx, req)
}
