package walk

import (
	"cmp"
	"maps"
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// policy is what is planned for the policy of one project.
type policy struct {
	parts map[string]judge.Part
	whole *Whole
}

// Whole is what a resource plans that owns a policy as a whole.
type Whole struct {
	// ID is the full name of the policy.
	ID string
	// After is the policy after the apply, or after the destroy.
	After judge.Outlook
	// Leaves says that the resource is destroyed.
	Leaves       bool
	Requirements []judge.Requirement
	Acknowledged bool
}

func (p *policy) done(id string) {
	delete(p.parts, id)
	if p.whole != nil && p.whole.ID == id {
		p.whole = nil
	}
}

// PlanPart notes what is planned for a part of a project's policy. One that comes replaces the plan of one that leaves, not the other way
// round. It reports whether another resource owns the policy as a whole.
func (w *Walk) PlanPart(project string, part judge.Part) (owned bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.policyOf(project)
	if earlier, planned := p.parts[part.ID]; !planned || earlier.Leaves || !part.Leaves {
		p.parts[part.ID] = part
	}
	return p.whole != nil && !p.whole.Leaves && !part.Leaves
}

// PlanWhole notes what is planned for a project's policy as a whole. It reports whether other resources own parts of it.
func (w *Walk) PlanWhole(project string, whole Whole) (shared bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.policyOf(project)
	p.whole = &whole
	for _, part := range p.parts {
		shared = shared || (!part.Leaves && !whole.Leaves)
	}
	return shared
}

// Parts are the parts of a project's policy that were planned so far, by their ids.
func (w *Walk) Parts(project string) []judge.Part {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.SortedFunc(maps.Values(w.policyOf(project).parts), func(a, b judge.Part) int { return cmp.Compare(a.ID, b.ID) })
}

// Kinds are the scopes of the rules that are planned to come or to stay, in the order of admission.Scopes.
func (w *Walk) Kinds(project string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	some := map[admission.Scope]bool{}
	for _, part := range w.policyOf(project).parts {
		if part.Rule != nil && !part.Leaves {
			some[part.Rule.Scope] = true
		}
	}
	return projectpolicy.InOrder(some)
}

// Whole is what was planned for a project's policy as a whole.
func (w *Walk) Whole(project string) (whole Whole, planned bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p := w.policyOf(project); p.whole != nil {
		return *p.whole, true
	}
	return Whole{}, false
}

// Projects are those of whose policies something was planned, sorted.
func (w *Walk) Projects() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.policies))
}

func (w *Walk) policyOf(project string) *policy {
	if w.policies[project] == nil {
		w.policies[project] = &policy{parts: map[string]judge.Part{}}
	}
	return w.policies[project]
}
