package gcp

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

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

// policyRun is what this process plans for the policy of a project and does to it.
type policyRun struct {
	mu       sync.Mutex
	planned  map[string]PlannedEdit
	pending  []*pendingEdit
	parked   []*pendingEdit // refused, and tried again
	watched  bool           // somebody sees to what is parked
	applying bool           // edits are made, not only planned
	last     bool           // what is parked is tried for the last time

	working int           // plans, reads and writes that are under way
	news    int           // what was planned and written
	changed chan struct{} // closed whenever one of the two changes
	waiting int           // judgements that wait
	left    []any         // judgements that found no place to wait in
}

// PlanEdit notes a planned edit, for the judgement of other parts of the policy.
func (c *Clients) PlanEdit(project string, edit PlannedEdit) {
	run := c.policyEdits.of(project)
	run.change(func() {
		if run.planned == nil {
			run.planned = map[string]PlannedEdit{}
		}
		if _, made := run.planned[edit.Part]; !made || !edit.Removes {
			run.planned[edit.Part] = edit
			run.news++
		}
	})
}

// PlannedEdits are the edits planned so far, in the order in which to make them.
func (c *Clients) PlannedEdits(project string) (edits []PlannedEdit) {
	run := c.policyEdits.of(project)
	run.mu.Lock()
	defer run.mu.Unlock()
	for _, edit := range run.planned {
		edits = append(edits, edit)
	}
	slices.SortFunc(edits, func(a, b PlannedEdit) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.Part, b.Part))
	})
	return edits
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
