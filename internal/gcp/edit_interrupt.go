package gcp

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"
)

// progress is how far an edit has come. Only one that was not sent yet can be withdrawn.
type progress struct{ stage atomic.Int32 }

const (
	stageSent int32 = iota + 1
	stageWithdrawn
)

func (p *progress) send() (withdrawn bool) {
	p.stage.CompareAndSwap(0, stageSent)
	return p.stage.Load() == stageWithdrawn
}

func (p *progress) withdraw() bool { return p.stage.CompareAndSwap(0, stageWithdrawn) }

// refused notes that what was sent was not carried out: the edit can be withdrawn again.
func (p *progress) refused() { p.stage.CompareAndSwap(stageSent, 0) }

// underway notes that the edits of a batch are sent with the next write, and reports whether one was withdrawn before.
func underway[M proto.Message](batch []*pendingEdit[M]) (withdrawn bool) {
	for _, p := range batch {
		if p.err == nil && p.send() {
			withdrawn = true
		}
	}
	return withdrawn
}

// owned is an edit that somebody waits for until a context ends.
type owned interface{ owner() context.Context }

func (p *pendingEdit[M]) owner() context.Context { return p.ctx }

func (e *settingEdit) owner() context.Context { return e.ctx }

// whileWanted ends soon after the last of a batch's owners has gone, so that a write that hangs looks for what became of it while they
// still wait for that.
func whileWanted[E owned](ctx context.Context, batch []E) (wanted context.Context, release func()) {
	wanted, cancel := context.WithCancel(ctx)
	var left atomic.Int32
	left.Store(int32(len(batch)))
	for _, e := range batch {
		stop := context.AfterFunc(e.owner(), func() {
			if left.Add(-1) == 0 {
				time.AfterFunc(lateLimit/2, cancel)
			}
		})
		context.AfterFunc(wanted, func() { stop() })
	}
	return wanted, cancel
}

// wait returns what became of the edit. One that is interrupted while it is written still has a moment to end: a rule that is made and
// in no state would be nobody's.
func (e *editor[M]) wait(key string, p *pendingEdit[M]) (M, error) {
	var none M
	select {
	case <-p.done:
	case <-p.ctx.Done():
		if p.withdraw() {
			return none, e.cut(p.ctx, key, untouched)
		}
		select {
		case <-p.done:
		case <-time.After(2 * lateLimit): // longer than the write looks
			return none, e.cut(p.ctx, key, perhaps)
		}
	}
	switch {
	case p.ctx.Err() == nil:
	case IsKind(p.err, KindInterrupted):
		return none, e.cut(p.ctx, key, perhaps)
	case errors.Is(p.err, p.ctx.Err()): // taken out after a write that was refused
		return none, e.cut(p.ctx, key, untouched)
	}
	return p.object, p.err
}

// What is known of an edit that was cut off, and what to do.
var (
	untouched = [2]string{
		"before the edit was written: the object does not have it",
		"Run it again.",
	}
	perhaps = [2]string{
		"while the edit was being written, and Google has not answered: the object may have it or not",
		"Make a new plan: it reads the object and shows what is still to do. What was to be created and exists already has to be imported; the plan says how.",
	}
)

// cut is the error of an edit that was interrupted or ran out of time.
func (e *editor[M]) cut(ctx context.Context, key string, known [2]string) *Error {
	failure := e.failure(key, "the time limit was reached "+known[0])
	failure.Kind, failure.Remedy, failure.cause = KindTimeout, known[1], ctx.Err()
	if errors.Is(ctx.Err(), context.Canceled) {
		failure.Kind, failure.Message = KindInterrupted, "interrupted "+known[0]
	}
	return failure
}
