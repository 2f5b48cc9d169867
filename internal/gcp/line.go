package gcp

import (
	"context"
	"sync/atomic"
	"time"
)

// line is the data for attempts at one server.
type line struct {
	// pause is the first pause between two attempts, timeout bounds each of them.
	pause, timeout time.Duration
	// reached is set once anybody has answered there.
	reached *atomic.Bool
	// nobody is the remedy while nobody ever did.
	nobody string
	// enter prepares an attempt at a call about an object of project.
	enter func(ctx context.Context, project string) (context.Context, error)
	// host is the address of a Google service.
	host func(service string) string
}

func (c *Clients) line() line {
	return line{c.config.Pause, c.config.RequestTimeout, &c.reached, c.whereAmI(), c.enter, c.hostOf}
}

// Elsewhere is a call to a server outside of Google's APIs, such as a registry.
type Elsewhere[T any] struct {
	// Method and Resource are used in errors.
	Method, Resource string
	// Nobody is the remedy if nobody answers there.
	Nobody string
	// Send makes one attempt. It must return its errors as Error, with their kinds.
	Send func(context.Context) (T, error)
}

// Try makes attempts with the retries, pauses and time limits of calls to Google. The reachability
// of Google or an emulator does not affect it.
func Try[T any](ctx context.Context, c *Clients, e Elsewhere[T]) (T, error) {
	at := line{
		c.config.Pause, c.config.RequestTimeout, new(atomic.Bool), e.Nobody,
		func(ctx context.Context, _ string) (context.Context, error) { return ctx, nil },
		func(service string) string { return service },
	}
	return attempts(ctx, at, call[T]{method: method{name: e.Method}, resource: e.Resource, send: e.Send})
}
