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
	if c.policyEdits.add(project, pending) {
		// The edits of others must not end with the one who happened to come first.
		go c.flushEdits(context.WithoutCancel(ctx), project)
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
	// refused says that err is a check's, waited that others that might satisfy it were waited for once, final that they are no more.
	refused, waited, final bool
}

func (p *pendingEdit) finish(policy *Policy, err error) {
	p.policy, p.err = policy, err
	close(p.done)
}

// policyEdits gathers edits per project.
type policyEdits struct {
	mu      sync.Mutex
	pending map[string][]*pendingEdit
	parked  map[string][]*pendingEdit
	flights keyedLock
	plans   policyPlans
}

// add reports whether the edit is the first of a batch, so that its owner has to see to the write.
func (e *policyEdits) add(project string, p *pendingEdit) (first bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.pending == nil {
		e.pending = map[string][]*pendingEdit{}
	}
	e.pending[project] = append(e.pending[project], p)
	return len(e.pending[project]) == 1
}

// gather waits for others to come along, longer while they still do: on a busy machine ten resources begin one after the other.
func (e *policyEdits) gather(project string) {
	time.Sleep(gatherTime)
	for range 10 {
		before := e.count(project)
		if time.Sleep(gatherTime / 2); e.count(project) == before {
			return
		}
	}
}

func (e *policyEdits) count(project string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.pending[project])
}

func (e *policyEdits) take(project string) []*pendingEdit {
	e.mu.Lock()
	defer e.mu.Unlock()
	batch := slices.Concat(e.pending[project], e.parked[project])
	delete(e.pending, project)
	delete(e.parked, project)
	return batch
}

// flushEdits writes everything that is pending once the write before is over.
func (c *Clients) flushEdits(ctx context.Context, project string) {
	limited, cancel := context.WithTimeout(ctx, defaultLimit)
	defer cancel()
	c.policyEdits.gather(project)
	unlock, err := c.policyEdits.flights.lock(limited, project)
	if err != nil {
		for _, p := range c.policyEdits.take(project) {
			p.finish(nil, ended(limited, &Error{Method: updatePolicy.name, Message: "another write did not end"}))
		}
		return
	}
	defer unlock()
	batch := c.policyEdits.take(project)
	if len(batch) == 0 {
		return // another write has taken them along
	}
	wanted, release := whileWanted(limited, batch)
	defer release()
	c.finishBatch(wanted, project, batch)
}

// finishBatch writes a batch. If the service refuses it, each edit is tried by itself, so that one that cannot be does not take
// the others with it.
func (c *Clients) finishBatch(ctx context.Context, project string, batch []*pendingEdit) {
	policy, err := c.writeBatch(ctx, project, batch)
	if len(batch) > 1 && IsKind(err, KindInvalid, KindNotFound, KindDenied, KindLimit) {
		for i := range batch {
			c.finishBatch(ctx, project, batch[i:i+1])
		}
		return
	}
	for _, p := range batch {
		switch {
		case p.refused && !p.final && p.ctx.Err() == nil:
			c.park(ctx, project, p)
		case p.err != nil:
			p.finish(nil, p.err)
		default:
			p.finish(policy, err)
		}
	}
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
		c.policyEdits.plans.wrote(project)
		if !IsKind(err, KindConflict) {
			return written, err
		}
		if !sleep(ctx, pause) {
			return nil, ended(ctx, &Error{Method: updatePolicy.name, Resource: "projects/" + project + "/policy", Message: "the policy kept changing"})
		}
	}
}
