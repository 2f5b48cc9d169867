package fault

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Target is the call a fault strikes.
type Target struct {
	// Method is the full method name without leading slash.
	Method string
	// Resource is the name the request is about, such as "projects/p/attestors/a"; empty when it has none.
	Resource string
	// Consumer is the project's number as error details have it ("projects/123"); empty without a project.
	Consumer string
	// Permission is the one that is denied. Strike sets it.
	Permission string
	// Drop closes the connection the call came on.
	Drop func()
}

// Strike does what the fault says and returns the error that the caller gets; nil when the call was only held up.
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
