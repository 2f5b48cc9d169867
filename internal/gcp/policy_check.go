package gcp

import (
	"context"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"
)

// PolicyCheck judges what a write leads to, after every edit that goes along and before anything is written: an error takes the edit
// out. What is with the edit, without is what the policy would be if only the others went along.
// Neither is to be changed.
type PolicyCheck func(ctx context.Context, with *Policy, without func() *Policy) error

// allowedEdits makes the edits, except those whose check refuses what they lead to all together.
func allowedEdits(ctx context.Context, now *Policy, batch []*pendingEdit) *Policy {
	for _, p := range batch {
		p.refused = false
	}
	for {
		want := applyEdits(now, batch, nil)
		i := lastRefused(ctx, now, want, batch)
		if i < 0 {
			return want
		}
		// The others may be right without it, and are looked at again.
		batch = slices.Delete(slices.Clone(batch), i, i+1)
	}
}

// lastRefused is the index of the last edit that a check refuses, or -1.
func lastRefused(ctx context.Context, now, want *Policy, batch []*pendingEdit) int {
	for i, p := range slices.Backward(batch) {
		if p.err != nil {
			continue
		}
		for _, check := range p.checks {
			err := check(ctx, want, func() *Policy { return applyEdits(now, batch, p) })
			if err != nil {
				p.err, p.refused = err, true
				return i
			}
		}
	}
	return -1
}

// applyEdits makes each edit but one on a copy of its own, so that one that fails halfway leaves nothing.
func applyEdits(now *Policy, batch []*pendingEdit, without *pendingEdit) *Policy {
	want := proto.CloneOf(now)
	for _, p := range batch {
		if p == without {
			continue
		}
		if p.err = p.ctx.Err(); p.err != nil {
			continue
		}
		edited := proto.CloneOf(want)
		if p.err = p.edit(edited); p.err == nil {
			want = edited
		}
	}
	return want
}

// park keeps a refused edit for a while: what it needs may come with the next write of this run.
func (c *Clients) park(ctx context.Context, project string, p *pendingEdit) {
	c.policyEdits.mu.Lock()
	defer c.policyEdits.mu.Unlock()
	if c.policyEdits.parked == nil {
		c.policyEdits.parked = map[string][]*pendingEdit{}
	}
	c.policyEdits.parked[project] = append(c.policyEdits.parked[project], p)
	if !p.waited {
		p.waited = true
		go c.unpark(context.WithoutCancel(ctx), project, p)
	}
}

// unpark tries a parked edit for the last time, unless another write has taken it along.
func (c *Clients) unpark(ctx context.Context, project string, p *pendingEdit) {
	select {
	case <-p.done:
		return
	case <-p.ctx.Done():
	case <-time.After(settleTime):
	}
	for !c.policyEdits.last(project, p) {
		select { // a write that has taken it along is under way
		case <-p.done:
			return
		case <-time.After(gatherTime):
		}
	}
	c.flushEdits(ctx, project)
}

// last marks a parked edit as tried for the last time; false if it is not parked now.
func (e *policyEdits) last(project string, p *pendingEdit) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	parked := slices.Contains(e.parked[project], p)
	if parked {
		p.final = true
	}
	return parked
}
