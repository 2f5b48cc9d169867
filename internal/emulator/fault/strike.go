package fault

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Target is the call struck by a fault.
type Target struct {
	// Method is the full method name without leading slash.
	Method string
	// Resource is the resource of the request, such as "projects/p/attestors/a"; empty if there is
	// none.
	Resource string
	// Consumer is the project number in the form of error details ("projects/123"); empty without a
	// project.
	Consumer string
	// Permission is the denied permission. Strike sets it.
	Permission string
	// Drop closes the connection of the call.
	Drop func()
}

// Strike carries out the fault and returns the caller's error, nil after a mere delay.
func (f Fault) Strike(ctx context.Context, t Target) error {
	if d, ok, _ := f.Kind.duration(); ok {
		return wait(ctx, time.After(d))
	}
	switch f.Kind.bare() {
	case Hang:
		return wait(ctx, nil)
	case Reset:
		t.Drop()
		return status.Error(codes.Unavailable, "connection dropped")
	}
	return f.err(t)
}

func wait(ctx context.Context, done <-chan time.Time) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
}
