package emulator

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/transport"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// gate wraps every call, gRPC or REST: count, latency, quota, fault before, the method itself,
// fault after.
type gate struct {
	world   *world.World
	latency time.Duration
	quota   *quota // nil without quotas
	faults  fault.Set

	mu     sync.Mutex
	calls  map[string]int
	struck map[string]int
}

func (g *gate) intercept(ctx context.Context, c transport.Call, handle func(context.Context) (any, error)) (any, error) {
	g.count(c.Method)
	if err := pause(ctx, g.latency); err != nil {
		return nil, err
	}
	if err := g.quota.take(c); err != nil {
		return nil, err
	}
	f, struck := g.take(c.Method)
	if struck && !f.Kind.Late() {
		if err := f.Strike(ctx, g.target(ctx, c)); err != nil {
			return nil, err
		}
	}
	answer, err := handle(ctx)
	if err == nil && struck && f.Kind.Late() {
		if err := f.Strike(ctx, g.target(ctx, c)); err != nil {
			return nil, err
		}
	}
	return answer, err
}

// take returns the fault for this call and counts it.
func (g *gate) take(method string) (fault.Fault, bool) {
	f, struck := g.faults.Take(method)
	if struck {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.struck[method]++
	}
	return f, struck
}

func (g *gate) target(ctx context.Context, c transport.Call) fault.Target {
	t := fault.Target{Method: c.Method, Resource: c.Resource, Drop: func() { transport.Drop(ctx) }}
	if p := c.Project(); p != "" {
		t.Consumer = "projects/" + g.world.ProjectNumber(p)
	}
	return t
}

func (g *gate) count(method string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls[method]++
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
}
