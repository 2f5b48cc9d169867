package gcp

import (
	"slices"
	"sync"
)

// Stage is what a resource of a run does with an object.
type Stage int

// A resource that is replaced is refreshed, planned as one that keeps its object, and planned once more as one that makes it. One that is
// tainted is not planned as one that keeps it.
const (
	Refreshed Stage = iota + 1 // read from the state
	Keeping                    // planned from the state, to stay
	Leaving                    // planned from the state, to go
	Coming                     // planned to be made
	Changing                   // planned to be made or changed: what is there now says nothing of what will be
	Made                       // made, or taken over
	Whole                      // planned, of a policy as a whole
	Part                       // planned, of a part of it
)

// Claim is what one resource of this run does with an object. Terraform does not say which resource that is.
type Claim struct {
	Stage Stage
	// Wish is all that the user wrote.
	Wish string
	// By is what the claimant keeps with it.
	By any
}

// Claims are those on one object, in the order in which they came.
type Claims []Claim

// claims are those of a run, by the id of the object.
type claims struct {
	mu sync.Mutex
	of map[string]Claims
}

// Claim notes what a resource of this run does with an object, and returns what was noted before. Resources of another provider
// configuration run in a process of their own, and are not seen.
func (c *Clients) Claim(id string, claim Claim) (before Claims) {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	if c.claims.of == nil {
		c.claims.of = map[string]Claims{}
	}
	before = c.claims.of[id]
	c.claims.of[id] = append(slices.Clip(before), claim)
	return before
}

// Claims is what was noted of an object.
func (c *Clients) Claims(id string) Claims {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	return c.claims.of[id]
}

// LetGo reports whether a resource of this run has made the object, or taken it over, and forgets that: the one that had it before must leave it.
func (c *Clients) LetGo(id string) (taken bool) {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	all := c.claims.of[id]
	if !all.Has(Made) {
		return false
	}
	c.claims.of[id] = slices.DeleteFunc(slices.Clone(all), func(claim Claim) bool { return claim.Stage == Made })
	return true
}

// Has reports whether there is a claim of this stage.
func (all Claims) Has(stage Stage) bool { return all.count(stage) > 0 }

func (all Claims) count(stage Stage) (n int) {
	for _, claim := range all {
		if claim.Stage == stage {
			n++
		}
	}
	return n
}

// Old is what was kept with the object in the state, nil if no resource has it there.
func (all Claims) Old() any {
	for _, claim := range slices.Backward(all) {
		if (claim.Stage == Refreshed || claim.Stage == Keeping) && claim.By != nil {
			return claim.By
		}
	}
	return nil
}

// Renamed reports whether one resource destroys the object and another makes it. One that keeps it, or is tainted, may make it itself.
// A tainted one is known from its refresh only: with -refresh=false it is taken for renamed if it has a deposed object beside it.
func (all Claims) Renamed() bool {
	leaving, keeping := all.count(Leaving), all.count(Keeping)
	tainted := max(0, all.count(Refreshed)-leaving-keeping)
	// The destroy half of a create_before_destroy is planned by the apply, after the object has been made.
	return leaving > 0 && all.count(Coming) > keeping+tainted && !all.Has(Made)
}

// Torn reports whether one resource destroys the object and another keeps it.
func (all Claims) Torn() bool { return all.Has(Leaving) && all.Has(Keeping) }

// Clash reports whether two resources have the object, or make it. One that has it and one that makes it are two, unless they wish for
// the same: then they may be one that is replaced, and nothing is told before the second is in the state as well.
func (all Claims) Clash() bool {
	for i, a := range all {
		if slices.ContainsFunc(all[:i], a.clashes) {
			return true
		}
	}
	return false
}

func (claim Claim) clashes(with Claim) bool {
	switch {
	case claim.has() && with.has(), claim.Stage == Coming && with.Stage == Coming:
		return true
	case claim.Stage == Keeping && with.Stage == Coming, claim.Stage == Coming && with.Stage == Keeping:
		return claim.Wish != with.Wish
	}
	return false
}

// has says that the object is in the state, by the plan.
func (claim Claim) has() bool { return claim.Stage == Keeping || claim.Stage == Leaving }
