package gcp

import (
	"context"
	"slices"

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

// park keeps refused edits: what they need may come with another write of this run. It reports whether somebody has to see to them.
func (r *policyRun) park(refused []*pendingEdit) (unwatched bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range refused {
		p.hold()
	}
	r.parked = append(r.parked, refused...)
	unwatched = len(r.parked) > 0 && !r.watched
	r.watched = r.watched || unwatched
	return unwatched
}

// retryParked tries what is parked for the last time, once nothing comes any more.
func (c *Clients) retryParked(ctx context.Context, project string, run *policyRun) {
	for !run.quiet(ctx, run.seen()) {
		if run.unwatch(false) {
			return
		}
	}
	run.unwatch(true)
	c.flushEdits(ctx, project, run)
}

// unwatch ends the watch if it is over or nothing is parked any more.
func (r *policyRun) unwatch(last bool) (ended bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ended = last || len(r.parked) == 0
	r.last, r.watched = last, r.watched && !ended
	return ended
}
