package gcp

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// settleTime is how long a judgement that would refuse something waits for what else the same run plans or writes. Terraform plans
// resources that do not depend on each other in no particular order, ten at once.
const settleTime = 2 * time.Second

// PlannedEdit is what a resource of this run plans to do to its part of a policy.
type PlannedEdit struct {
	// Part names what is edited: a later plan for the same part takes the place of an earlier one.
	Part string
	// Apply makes the edit. What is not known yet is taken for what admits most if lenient, else for what admits least.
	Apply func(policy *Policy, lenient bool)
	// Removes says that the part goes. If a resource of the run also makes it, it stays.
	Removes bool
	// Last says that the edit depends on all others.
	Last bool
	// Unknown are the attributes that Apply has to guess.
	Unknown []string
	// Refuses says what the part cannot do with, of a policy in which others have made their edits too. May be nil.
	Refuses func(ctx context.Context, policy *Policy) []string
}

// policyPlans are the planned edits of a run, by project.
type policyPlans struct {
	mu      sync.Mutex
	planned map[string]map[string]PlannedEdit
	changed map[string]chan struct{} // closed and replaced whenever an edit is planned
	futile  atomic.Int32             // how many have waited for nothing
}

// patientJudgements is how many may wait for nothing in one run. After so many, what would be refused is refused.
const patientJudgements = 10

// PlanEdit notes a planned edit, for the judgement of other parts of the policy.
func (c *Clients) PlanEdit(project string, edit PlannedEdit) {
	p := &c.policyEdits.plans
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.planned == nil {
		p.planned, p.changed = map[string]map[string]PlannedEdit{}, map[string]chan struct{}{}
	}
	if p.planned[project] == nil {
		p.planned[project] = map[string]PlannedEdit{}
	}
	if _, made := p.planned[project][edit.Part]; made && edit.Removes {
		return
	}
	p.planned[project][edit.Part] = edit
	p.signal(project)
}

// signal wakes whoever waits for another edit; mu is held.
func (p *policyPlans) signal(project string) {
	if changed := p.changed[project]; changed != nil {
		close(changed)
		delete(p.changed, project)
	}
}

// wrote wakes whoever waits: edits that were planned in another process have been written in this one.
func (p *policyPlans) wrote(project string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.signal(project)
}

// PlannedEdits are the edits planned so far, in the order in which to make them. The channel is closed as soon as there is
// another, or the policy was written.
func (c *Clients) PlannedEdits(project string) (edits []PlannedEdit, changed <-chan struct{}) {
	p := &c.policyEdits.plans
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, edit := range p.planned[project] {
		edits = append(edits, edit)
	}
	slices.SortFunc(edits, func(a, b PlannedEdit) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.Part, b.Part))
	})
	if p.planned == nil {
		p.planned, p.changed = map[string]map[string]PlannedEdit{}, map[string]chan struct{}{}
	}
	if p.changed[project] == nil {
		p.changed[project] = make(chan struct{})
	}
	return edits, p.changed[project]
}

// rank is the place in the order: what goes makes room for what comes.
func (e PlannedEdit) rank() int {
	switch {
	case e.Removes:
		return 0
	case e.Last:
		return 2
	default:
		return 1
	}
}

// Settled waits a while for another planned edit and reports whether none came.
func (c *Clients) Settled(ctx context.Context, changed <-chan struct{}) bool {
	limit := settleTime
	if c.policyEdits.plans.futile.Load() >= patientJudgements {
		limit = 0
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-changed:
		return false
	case <-timer.C:
		c.policyEdits.plans.futile.Add(1)
	case <-ctx.Done():
	}
	return true
}
