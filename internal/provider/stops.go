package provider

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// echo is how long after an interrupt Terraform may still begin the walk that it was meant for: milliseconds, but for a busy machine.
const echo = 5 * time.Second

// stops knows of an interrupt that came too early. If it comes while Terraform starts the provider, Terraform stops it, and then
// configures it and plans all the same; the framework only ends what is under way, so a plan that waits would be waited for.
//
// That holds for the first configuration of a process alone: a process can live on after an interrupt, and what a test run
// cleans up then has to be cleaned up.
type stops struct {
	mu         sync.Mutex
	at         time.Time
	configured bool
	stopped    bool
}

func (s *stops) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = time.Now()
}

func (s *stops) configure() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = !s.configured && !s.at.IsZero() && time.Since(s.at) < echo
	s.configured = true
}

// walk says whether the walk under way was interrupted before it began.
func (s *stops) walk() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopped
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
