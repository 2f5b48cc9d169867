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
	// settle looks for the result of an attempt with a lost reply, before the next attempt. It
	// returns the value and true if the write succeeded. nil means that the call can be repeated
	// without harm.
	settle func(context.Context) (value T, done bool, err error)
}

// run makes attempts until one succeeds or fails permanently, or the context ends. Only errors of
// kind transient and quota are retried, with growing, jittered pauses. Each attempt has its own
// deadline, so a dead connection costs one attempt, not the whole limit.
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
		ambiguous = ambiguous || k.mayHaveWorked(failure)
		failure.mayHaveWritten = ambiguous
		if value, over, err := k.over(ctx, cmp.Or(last, failure), failure); over {
			return value, err
		}
		last = failure
		if patience.over(failure) {
			return none, failure
		}
		if !sleep(ctx, failure.pause(pause)) {
			return k.late(ctx, failure, failure)
		}
	}
}

// mayHaveWorked reports whether a failed attempt may have been carried out. For an update, ABORTED
// means an old etag, so nothing was written; a create has no etag.
func (k call[T]) mayHaveWorked(failure *Error) bool {
	return !failure.unsent && (failure.Kind == KindTransient || failure.Kind == KindConflict && k.method.creates())
}

// over reports whether a failed attempt is the last one, with the result of the call: the result of
// the attempt is known, or the context has ended.
func (k call[T]) over(ctx context.Context, last, failure *Error) (value T, over bool, err error) {
	if failure.mayHaveWritten && ctx.Err() == nil {
		if value, done, err := k.settled(ctx, failure); done || err != nil && ctx.Err() == nil {
			return value, true, err
		}
	}
	if ctx.Err() != nil {
		value, err = k.late(ctx, last, failure)
		return value, true, err
	}
	return value, false, nil
}

// settled calls settle if the failure can result from an earlier successful attempt.
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

// An interrupt ends an apply within a second. The reply of a write under way is awaited for
// lateReply, and its result is looked for within lateLook.
const (
	lateReply = 250 * time.Millisecond
	lateLook  = 500 * time.Millisecond
)

// late returns the result of a call after its context ended. Without a reply, it looks for the
// result: a created object without a state would be lost. last is the answer to report if the final
// attempt had none.
func (k call[T]) late(ctx context.Context, last, failure *Error) (T, error) {
	var none T
	if k.settle != nil && failure.mayHaveWritten && failure.mayBeOurs() {
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), lateLook)
		defer cancel()
		if value, done, err := k.settle(limited); done && err == nil {
			return value, nil
		}
	}
	if failure.Kind != KindTransient && failure.Kind != KindQuota {
		return none, failure
	}
	return none, ended(ctx, last)
}

// sending is the context of a request. A write whose result can be looked for outlives ctx by
// lateReply, because its reply is more certain than a look: the server may still be at work.
func (k call[T]) sending(ctx, entered context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if k.settle == nil {
		return entered, func() {}
	}
	outliving, cancel := context.WithTimeout(context.WithoutCancel(entered), timeout)
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lateReply, cancel) })
	return outliving, func() { stop(); cancel() }
}

// attempt sends once, under its own deadline.
func (k call[T]) attempt(ctx context.Context, at line) (T, *Error) {
	once, cancel := context.WithTimeout(ctx, at.timeout)
	defer cancel()
	var value T
	entered, err := at.enter(once, k.project)
	if err == nil {
		err = once.Err()
	}
	sent := err == nil
	if sent {
		request, release := k.sending(ctx, entered, at.timeout)
		defer release()
		value, err = k.send(request)
	}
	if err == nil {
		at.reached.Store(true)
		return value, nil
	}
	failure := explain(misread(err, at.host(k.method.service)), k.method, k.resource, k.project)
	failure.unsent = !sent
	return value, failure
}

// withHeaders adds the headers for the object: the billed project, if configured.
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

// mayBeOurs reports whether the error can result from an earlier successful attempt.
func (e *Error) mayBeOurs() bool {
	switch e.Kind {
	case KindTransient, KindExists, KindConflict, KindBusy:
		return true
	default:
		return false
	}
}

// longestWait limits the pause requested by a server. Quotas are counted per minute.
const longestWait = time.Minute

// pause is the time before the next attempt: the one requested by Google, else a random one up to
// current. Quotas are counted per minute, so they wait for at least a part of it.
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

// ended is the error of a call without an answer: interrupted, or out of time.
func ended(ctx context.Context, last *Error) *Error {
	e := &Error{
		Method: last.Method, Resource: last.Resource, RequestID: last.RequestID, cause: last, mayHaveWritten: last.mayHaveWritten,
	}
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
