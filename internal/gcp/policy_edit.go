package gcp

import (
	"context"
	"slices"
	"sync"
	"time"
)

// gatherTime is how long an edit of a policy waits for others to go along: Terraform begins ten resources at once, and the
// quota is 20 updates a minute.
const gatherTime = 100 * time.Millisecond

// PolicyEdit changes its own part of a policy and leaves the rest. It may run several times, each time on the policy as it
// is then; an error takes this edit out and keeps the others. Edits that change nothing are not written.
type PolicyEdit func(policy *Policy) error

// EditPolicy makes an edit together with all others of the project that are pending: one read, one write that carries the
// etag of the read, again from the read after a conflict. What somebody else keeps in the policy survives. An edit that a check
// refuses is not written.
func (c *Clients) EditPolicy(ctx context.Context, project string, edit PolicyEdit, checks ...PolicyCheck) (*Policy, error) {
	pending := &pendingEdit{ctx: ctx, edit: edit, checks: checks, done: make(chan struct{})}
	if run := c.policyEdits.of(project); run.add(pending) {
		// The edits of others must not end with the one who happened to come first.
		go c.flushEdits(context.WithoutCancel(ctx), project, run)
	}
	return pending.wait(project)
}

// pendingEdit is one edit with whoever waits for it.
type pendingEdit struct {
	progress
	ctx    context.Context //nolint:containedctx // an edit whose owner has gone is not made
	edit   PolicyEdit
	checks []PolicyCheck
	done   chan struct{}
	policy *Policy
	err    error
	// refused says that err is a check's.
	refused bool
}

func (p *pendingEdit) finish(policy *Policy, err error) {
	p.policy, p.err = policy, err
	close(p.done)
}

// policyEdits gathers edits per project.
type policyEdits struct {
	mu      sync.Mutex
	runs    map[string]*policyRun
	flights keyedLock
}

func (e *policyEdits) of(project string) *policyRun {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.runs == nil {
		e.runs = map[string]*policyRun{}
	}
	if e.runs[project] == nil {
		e.runs[project] = new(policyRun)
	}
	return e.runs[project]
}

// add reports whether the edit is the first of a batch, so that its owner has to see to the write.
func (r *policyRun) add(p *pendingEdit) (first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending, r.applying = append(r.pending, p), true
	return len(r.pending) == 1
}

// gather waits for others to come along, longer while they still do: on a busy machine ten resources begin one after the other.
func (r *policyRun) gather() {
	time.Sleep(gatherTime)
	for range 10 {
		before := r.count()
		if time.Sleep(gatherTime / 2); r.count() == before {
			return
		}
	}
}

func (r *policyRun) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.pending)
}

// take returns what is to be written, and whether that is for the last time.
func (r *policyRun) take() (batch []*pendingEdit, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	batch, last = slices.Concat(r.pending, r.parked), r.last && len(r.pending) == 0
	r.pending, r.parked, r.last = nil, nil, false
	return batch, last
}

// flushEdits writes everything that is pending once the write before is over.
func (c *Clients) flushEdits(ctx context.Context, project string, run *policyRun) {
	defer run.work()()
	limited, cancel := context.WithTimeout(ctx, defaultLimit)
	defer cancel()
	run.gather()
	unlock, err := c.policyEdits.flights.lock(limited, project)
	batch, last := run.take()
	if err != nil {
		for _, p := range batch {
			p.finish(nil, ended(limited, &Error{Method: updatePolicy.name, Message: "another write did not end"}))
		}
		return
	}
	defer unlock()
	if len(batch) == 0 {
		return // another write has taken them along
	}
	wanted, release := whileWanted(limited, batch)
	defer release()
	refused := c.finishBatch(wanted, project, batch, last)
	if run.park(refused) {
		go c.retryParked(ctx, project, run)
	}
}

// finishBatch writes a batch. If the service refuses it, each edit is tried by itself, so that one that cannot be does not take
// the others with it. It returns those that a check refuses and that may be tried again.
func (c *Clients) finishBatch(ctx context.Context, project string, batch []*pendingEdit, last bool) (refused []*pendingEdit) {
	policy, err := c.writeBatch(ctx, project, batch)
	if len(batch) > 1 && IsKind(err, KindInvalid, KindNotFound, KindDenied, KindLimit) {
		for i := range batch {
			refused = append(refused, c.finishBatch(ctx, project, batch[i:i+1], last)...)
		}
		return refused
	}
	for _, p := range batch {
		switch {
		case p.refused && !last && p.ctx.Err() == nil:
			refused = append(refused, p)
		case p.err != nil:
			p.finish(nil, p.err)
		default:
			p.finish(policy, err)
		}
	}
	return refused
}

// writeBatch makes the edits on the policy as it is, until one write gets through without a conflict.
func (c *Clients) writeBatch(ctx context.Context, project string, batch []*pendingEdit) (*Policy, error) {
	for pause := c.config.Pause; ; pause = min(2*pause, 60*c.config.Pause) {
		now, err := c.FreshPolicy(ctx, project)
		if err != nil {
			return nil, err
		}
		want := allowedEdits(ctx, now, batch)
		if SamePolicy(now, want) {
			return now, nil
		}
		if underway(batch) {
			continue // one was withdrawn meanwhile
		}
		written, err := c.UpdatePolicy(ctx, project, want)
		run := c.policyEdits.of(project)
		run.change(func() { run.news++ }) // what was planned in another process is written in this one
		if !IsKind(err, KindConflict) {
			return written, err
		}
		if !sleep(ctx, pause) {
			return nil, ended(ctx, &Error{Method: updatePolicy.name, Resource: "projects/" + project + "/policy", Message: "the policy kept changing"})
		}
	}
}
