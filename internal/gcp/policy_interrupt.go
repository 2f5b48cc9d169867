package gcp

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
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

// hold takes back that it was sent: that write met a conflict and wrote nothing.
func (p *progress) hold() { p.stage.CompareAndSwap(stageSent, 0) }

// underway notes that the edits of a batch are sent with the next write, and reports whether one was withdrawn before.
func underway(batch []*pendingEdit) (withdrawn bool) {
	for _, p := range batch {
		if p.err == nil && p.send() {
			withdrawn = true
		}
	}
	return withdrawn
}

// whileWanted ends soon after the last of a batch's owners has gone, so that a write that hangs looks for what became of it while they
// still wait for that.
func whileWanted(ctx context.Context, batch []*pendingEdit) (wanted context.Context, release func()) {
	wanted, cancel := context.WithCancel(ctx)
	var left atomic.Int32
	left.Store(int32(len(batch)))
	for _, p := range batch {
		stop := context.AfterFunc(p.ctx, func() {
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
func (p *pendingEdit) wait(project string) (*Policy, error) {
	select {
	case <-p.done:
	case <-p.ctx.Done():
		if p.withdraw() {
			return nil, p.cut(project, untouched)
		}
		select {
		case <-p.done:
		case <-time.After(2 * lateLimit): // longer than the write looks
			return nil, p.cut(project, perhaps)
		}
	}
	switch {
	case p.ctx.Err() == nil:
	case IsKind(p.err, KindInterrupted):
		return nil, p.cut(project, perhaps)
	case errors.Is(p.err, p.ctx.Err()): // taken out after a write that was refused
		return nil, p.cut(project, untouched)
	}
	return p.policy, p.err
}

// What is known of an edit that was cut off, and what to do.
var (
	untouched = [2]string{
		"before the edit was written: the policy does not have it",
		"Run it again.",
	}
	perhaps = [2]string{
		"while the edit was being written, and Google has not answered: the policy may have it or not",
		"Make a new plan: it reads the policy and shows what is still to do. What was to be created and is there already has to be imported; the plan says how.",
	}
)

// cut is the error of an edit that was interrupted or ran out of time.
func (p *pendingEdit) cut(project string, known [2]string) *Error {
	e := &Error{
		Kind: KindTimeout, Method: updatePolicy.name, Resource: resname.Policy{Project: project}.String(),
		Message: "the time limit was reached " + known[0], Remedy: known[1], cause: p.ctx.Err(),
	}
	if errors.Is(p.ctx.Err(), context.Canceled) {
		e.Kind, e.Message = KindInterrupted, "interrupted "+known[0]
	}
	return e
}
