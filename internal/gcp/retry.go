package gcp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/googleapis/gax-go/v2/callctx"
)

// defaultLimit bounds a whole call with all its attempts when the caller's context has no deadline.
const defaultLimit = 10 * time.Minute

// call is one call to Google with all its attempts.
type call[T any] struct {
	method   method
	resource string
	project  string
	// send makes one attempt.
	send func(context.Context) (T, error)
	// settle is asked after an attempt that may have been carried out although its reply never came, before anything is sent
	// again: it looks at the server and says whether what we wanted is there. nil means that sending twice does no harm.
	settle func(context.Context) (value T, done bool, err error)
}

// run makes attempts until one succeeds, fails for good, or the context ends. Only errors of kind transient and quota are
// tried again, with growing, jittered pauses; each attempt has a deadline of its own, so that a connection that never
// answers costs one attempt, not the whole limit.
func run[T any](ctx context.Context, c *Clients, k call[T]) (T, error) {
	return attempts(ctx, c.line(), k)
}

func attempts[T any](ctx context.Context, at line, k call[T]) (T, error) {
	var none T
	if _, ok := ctx.Deadline(); !ok {
		limited, cancel := context.WithTimeout(ctx, defaultLimit)
		defer cancel()
		ctx = limited
	}
	ambiguous, last, patience := false, (*Error)(nil), newPatience(ctx, at)
	for pause := at.pause; ; pause = min(2*pause, 60*at.pause) {
		value, failure := k.attempt(ctx, at)
		if failure == nil {
			return value, nil
		}
		if ctx.Err() != nil {
			return k.late(ctx, cmp.Or(last, failure))
		}
		last, ambiguous = failure, ambiguous || k.mayHaveWorked(failure)
		failure.mayHaveWritten = ambiguous
		if ambiguous {
			if value, done, err := k.settled(ctx, failure); done || err != nil {
				return value, err
			}
		}
		if patience.over(failure) {
			return none, failure
		}
		if !sleep(ctx, failure.pause(pause)) {
			return none, ended(ctx, failure)
		}
	}
}

// mayHaveWorked says that an attempt may have been carried out although it failed. ABORTED says of an update that its etag is
// old, so nothing was written; a create has no etag.
func (k call[T]) mayHaveWorked(failure *Error) bool {
	return failure.Kind == KindTransient || failure.Kind == KindConflict && k.method.creates()
}

// settled asks settle, where there is one and the failure can be the echo of an attempt that was carried out.
func (k call[T]) settled(ctx context.Context, failure *Error) (value T, done bool, err error) {
	if k.settle == nil || !failure.mayBeOurs() {
		return value, false, nil
	}
	value, done, err = k.settle(ctx)
	if err != nil {
		return value, false, explain(err, k.method, k.resource, k.project)
	}
	return value, done, nil
}

// lateLimit is how long an interrupted call may still look for what it has done. An interrupt ends an apply within a second.
const lateLimit = 500 * time.Millisecond

// late looks, when the context ended in the middle of an attempt, whether it was carried out: an object that was made and is
// in no state would be lost.
func (k call[T]) late(ctx context.Context, last *Error) (T, error) {
	var none T
	if k.settle != nil {
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), lateLimit)
		defer cancel()
		if value, done, err := k.settle(limited); done && err == nil {
			return value, nil
		}
	}
	return none, ended(ctx, last)
}

// attempt sends once, under its own deadline.
func (k call[T]) attempt(ctx context.Context, at line) (T, *Error) {
	once, cancel := context.WithTimeout(ctx, at.timeout)
	defer cancel()
	var value T
	entered, err := at.enter(once, k.project)
	if err == nil {
		value, err = k.send(entered)
	}
	if err == nil {
		at.reached.Store(true)
		return value, nil
	}
	return value, explain(misread(err, at.host(k.method.service)), k.method, k.resource, k.project)
}

// withHeaders adds what depends on the object: the project that pays, where the user asked for that.
func (c *Clients) withHeaders(ctx context.Context, project string) context.Context {
	if !c.config.UserProjectOverride || c.config.EmulatorHost != "" {
		return ctx
	}
	if c.config.BillingProject != "" {
		project = c.config.BillingProject
	}
	if project == "" {
		return ctx
	}
	return callctx.SetHeaders(ctx, "x-goog-user-project", project)
}

// mayBeOurs says whether the error can be the echo of an earlier attempt that was carried out.
func (e *Error) mayBeOurs() bool {
	switch e.Kind {
	case KindTransient, KindExists, KindConflict, KindBusy:
		return true
	default:
		return false
	}
}

// longestWait bounds what a server can ask for. Quotas are counted by the minute.
const longestWait = time.Minute

// pause is how long to wait before the next attempt: what Google asks for, else anything up to the current pause. Quotas
// are counted by the minute, so they wait for at least a part of it.
func (e *Error) pause(current time.Duration) time.Duration {
	if e.RetryAfter > 0 {
		return min(e.RetryAfter, longestWait) + rand.N(current)
	}
	if e.Kind == KindQuota {
		return current + rand.N(current)
	}
	return rand.N(current) + 1
}

// sleep waits and reports whether the context outlived it.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// ended says why a call stopped before it had an answer: the user interrupted it, or its time was over.
func ended(ctx context.Context, last *Error) *Error {
	e := &Error{Method: last.Method, Resource: last.Resource, RequestID: last.RequestID, cause: last}
	if errors.Is(ctx.Err(), context.Canceled) {
		e.Kind, e.Message = KindInterrupted, "interrupted before the call was answered"
		return e
	}
	e.Kind, e.Message = KindTimeout, fmt.Sprintf("the time limit was reached; the last answer was: %s", last.Message)
	e.Remedy = last.Remedy
	if e.Remedy == "" {
		e.Remedy = remedy(KindTimeout, method{}, "")
	}
	return e
}
