package gcp

import (
	"context"
	"sync/atomic"
	"time"
)

// line is what attempts need to know of the server that they go to.
type line struct {
	// pause is the first pause between two attempts, timeout bounds each of them.
	pause, timeout time.Duration
	// reached is set once anybody has answered there.
	reached *atomic.Bool
	// nobody is the remedy while nobody ever did.
	nobody string
	// enter prepares an attempt at a call about an object of project.
	enter func(ctx context.Context, project string) (context.Context, error)
	// host is who answers for a service of Google's.
	host func(service string) string
}

func (c *Clients) line() line {
	return line{c.config.Pause, c.config.RequestTimeout, &c.reached, c.whereAmI(), c.enter, c.hostOf}
}

// Elsewhere is a call to a server that is none of Google's APIs, such as a registry.
type Elsewhere[T any] struct {
	// Method and Resource are what errors name.
	Method, Resource string
	// Nobody is the remedy if nobody answers there.
	Nobody string
	// Send makes one attempt. What its errors mean it has to say itself, as an Error.
	Send func(context.Context) (T, error)
}

// Try makes attempts with the patience, the pauses and the time limits of calls to Google. Whether Google or an emulator ever
// answered says nothing about another server.
func Try[T any](ctx context.Context, c *Clients, e Elsewhere[T]) (T, error) {
	at := line{
		c.config.Pause, c.config.RequestTimeout, new(atomic.Bool), e.Nobody,
		func(ctx context.Context, _ string) (context.Context, error) { return ctx, nil },
		func(service string) string { return service },
	}
	return attempts(ctx, at, call[T]{method: method{name: e.Method}, resource: e.Resource, send: e.Send})
}
