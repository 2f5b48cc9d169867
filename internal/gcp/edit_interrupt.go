package gcp

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"
)

// progress is the stage of an edit. An edit can be withdrawn only before it is sent.
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

// refused marks a sent edit as not written, so it can be withdrawn again.
func (p *progress) refused() { p.stage.CompareAndSwap(stageSent, 0) }

// underway marks the edits of a batch as sent with the next write, and reports whether one was
// withdrawn before.
func underway[M proto.Message](batch []*pendingEdit[M]) (withdrawn bool) {
	for _, p := range batch {
		if p.err == nil && p.send() {
			withdrawn = true
		}
	}
	return withdrawn
}

// owned is an edit with an owner. The owner waits until its context ends.
type owned interface{ owner() context.Context }

func (p *pendingEdit[M]) owner() context.Context { return p.ctx }

func (e *settingEdit) owner() context.Context { return e.ctx }

// whileWanted ends when the last owner of a batch has stopped. Meanwhile the owners wait for the
// result of a write under way.
func whileWanted[E owned](ctx context.Context, batch []E) (wanted context.Context, release func()) {
	wanted, cancel := context.WithCancel(ctx)
	var left atomic.Int32
	left.Store(int32(len(batch)))
	for _, e := range batch {
		stop := context.AfterFunc(e.owner(), func() {
			if left.Add(-1) == 0 {
				cancel()
			}
		})
		context.AfterFunc(wanted, func() { stop() })
	}
	return wanted, cancel
}

// ownerWait is the time for which a stopped owner waits for the result of a write under way. It is
// longer than the write itself looks for it.
const ownerWait = lateReply + lateLook + 100*time.Millisecond

// wait returns the result of the edit. After an interrupt during the write, it waits briefly for
// the end: a created rule without a state would have no owner.
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
		case <-time.After(ownerWait):
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

// The message and the remedy for an interrupted edit.
var (
	untouched = [2]string{
		"before the edit was written: the object does not have it",
		"Run it again.",
	}
	perhaps = [2]string{
		"while the edit was being written, and Google has not answered: the object may have it or not",
		"Run a new plan: it reads the object and shows the remaining changes. Import each object that was to be created and exists " +
			"already; the plan says how.",
	}
)

// cut is the error of an edit ended by an interrupt or a time limit.
func (e *editor[M]) cut(ctx context.Context, key string, known [2]string) *Error {
	failure := e.failure(key, "the time limit was reached "+known[0])
	failure.Kind, failure.Remedy, failure.cause = KindTimeout, known[1], ctx.Err()
	if errors.Is(ctx.Err(), context.Canceled) {
		failure.Kind, failure.Message = KindInterrupted, "interrupted "+known[0]
	}
	return failure
}
