package gcp

import (
	"context"
	"time"
)

// settleTime is how long nothing of a project's policy must be planned, pending or in flight before a judgement that others can still put
// right stands. Terraform takes resources that do not depend on each other in no particular order; between two calls it takes milliseconds.
const settleTime = 2 * time.Second

// WaitingPlaces is how many judgements of a project wait at the same time. Terraform plans ten resources at once unless told otherwise: if
// all of them waited, what they wait for would never be planned.
const WaitingPlaces = 4

// Judge judges a part of a policy with all that is known, and says whether it is content.
type Judge[V any] = func(context.Context) (verdict V, content bool)

// Settle judges again whenever something is planned or written, until judge is content or nothing comes any more. One that finds no place
// to wait in is left to those that wait: the last of them returns the verdicts of those that are not content in the end as others.
// place says the how manieth it is of those that were not content at once. In an apply nothing is left to others: an edit is judged again
// before it is written.
func Settle[V any](ctx context.Context, c *Clients, project string, judge Judge[V]) (own V, others []V, place int) {
	run := c.policyEdits.of(project)
	seen := run.seen()
	own, content := judgeOnce(ctx, run, judge)
	if content {
		return own, nil, 0
	}
	if place = run.enter(judge); place > WaitingPlaces {
		return own, nil, place
	}
	for !content && !run.quiet(ctx, seen) {
		seen = run.seen()
		own, content = judgeOnce(ctx, run, judge)
	}
	for left := run.leave(); len(left) > 0; left = run.leave() {
		others = append(others, settleLeft[V](ctx, run, left)...)
	}
	return own, others, place
}

func judgeOnce[V any](ctx context.Context, run *policyRun, judge Judge[V]) (V, bool) {
	defer run.work()()
	return judge(ctx)
}

// settleLeft is Settle for judgements that were left to others.
func settleLeft[V any](ctx context.Context, run *policyRun, left []any) (wrong []V) {
	for {
		seen, still := run.seen(), []any(nil)
		wrong = nil
		for _, one := range left {
			judge, _ := one.(Judge[V])
			if verdict, content := judgeOnce(ctx, run, judge); !content {
				still, wrong = append(still, one), append(wrong, verdict)
			}
		}
		if left = still; len(left) == 0 || run.quiet(ctx, seen) {
			return wrong
		}
	}
}

// work notes that something is planned, read or written until done is called.
func (r *policyRun) work() (done func()) {
	r.change(func() { r.working++ })
	return func() { r.change(func() { r.working-- }) }
}

// change makes a change and wakes whoever waits.
func (r *policyRun) change(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}

// seen counts what was planned and written so far.
func (r *policyRun) seen() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.news
}

// quiet waits until there is more than was seen, which is false, or nothing has been under way for settleTime.
func (r *policyRun) quiet(ctx context.Context, seen int) bool {
	for {
		more, limit, changed := r.look(seen)
		if more {
			return false
		}
		select {
		case <-changed:
		case <-limit:
			return true
		case <-ctx.Done():
			return true
		}
	}
}

func (r *policyRun) look(seen int) (more bool, limit <-chan time.Time, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
	if r.working == 0 {
		limit = time.After(settleTime)
	}
	return r.news != seen, limit, r.changed
}

// enter takes a place to wait in, or leaves the judgement to those that wait.
func (r *policyRun) enter(judge any) (place int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting < WaitingPlaces {
		r.waiting++
		return r.waiting
	}
	if r.applying {
		return WaitingPlaces + 1
	}
	r.left = append(r.left, judge)
	return WaitingPlaces + len(r.left)
}

// leave gives the place up, unless it is the last one and judgements are left to it.
func (r *policyRun) leave() (left []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if left = r.left; r.waiting > 1 || len(left) == 0 || r.applying {
		r.waiting--
		return nil
	}
	r.left = nil
	return left
}
