package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// stops ends more than the running requests at an interrupt: all requests until the process is
// configured again end too. The framework ends only those that are running.
//
// Terraform (1.16, backend_apply.go) continues with the plan of an apply after an interrupt, and
// with a walk whose provider it has just started. Both are meant by the interrupt, so the first
// configuration of a process does not end it.
//
// A test run is no exception: Terraform stops a provider at its second interrupt only, and then
// skips the cleanup (moduletest/graph, node_state_cleanup.go).
type stops struct {
	mu         sync.Mutex
	configured bool
	stopped    bool
	underway   map[*heldContext]bool // true for requests ended by an interrupt
}

func (s *stops) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	for request := range s.underway {
		s.end(request)
	}
}

func (s *stops) configure() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = s.stopped && !s.configured
	s.configured = true
}

// end records that an interrupt ends a request.
func (s *stops) end(request *heldContext) {
	request.end(context.Canceled)
	s.underway[request] = true
}

// enter ends a request immediately after an interrupt.
func (s *stops) enter(request *heldContext) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.underway == nil {
		s.underway = map[*heldContext]bool{}
	}
	s.underway[request] = false
	if s.stopped {
		s.end(request)
	}
}

// leave is called before a request is answered. It reports whether an interrupt has ended the
// request.
func (s *stops) leave(request *heldContext) (ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ended = s.underway[request]
	delete(s.underway, request)
	return ended
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
