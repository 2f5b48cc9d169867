package walk

import (
	"cmp"
	"maps"
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// policy is the plan for the policy of one project.
type policy struct {
	parts map[string]judge.Part
	whole *Whole
}

// Whole is the plan of a resource for a whole policy.
type Whole struct {
	// ID is the full name of the policy.
	ID string
	// After is the policy after the apply, or after the destroy.
	After judge.Outlook
	// Leaves means that the resource is destroyed.
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

// PlanPart records the plan for a part of a project's policy, and returns its conflict with the
// plan for the whole policy. A planned create replaces a planned destroy of the same part, not vice
// versa.
func (w *Walk) PlanPart(project string, part judge.Part) Conflict {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.policyOf(project)
	if earlier, planned := p.parts[part.ID]; !planned || earlier.Leaves || !part.Leaves {
		p.parts[part.ID] = part
	}
	return p.conflict(part)
}

// PlanWhole records the plan for a project's whole policy, and returns its conflict with the plans
// for its parts.
func (w *Walk) PlanWhole(project string, whole Whole) (conflict Conflict) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.policyOf(project)
	p.whole = &whole
	for _, part := range p.parts {
		conflict = max(conflict, p.conflict(part)) // Torn is the worst
	}
	return conflict
}

// conflict is the conflict between a part and the whole policy. A destroyed part is removed from
// the whole, and a destroyed whole takes its parts along.
func (p *policy) conflict(part judge.Part) Conflict {
	switch {
	case p.whole == nil, p.whole.Leaves && part.Leaves:
		return NoConflict
	case p.whole.Leaves != part.Leaves:
		return Torn
	}
	return OwnedTwice
}

// Parts are the parts of a project's policy planned so far, sorted by id.
func (w *Walk) Parts(project string) []judge.Part {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.SortedFunc(maps.Values(w.policyOf(project).parts), func(a, b judge.Part) int { return cmp.Compare(a.ID, b.ID) })
}

// Kinds are the scopes of the planned rules without the destroyed ones, in the order of
// admission.Scopes.
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

// Whole is the plan for a project's whole policy.
func (w *Walk) Whole(project string) (whole Whole, planned bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p := w.policyOf(project); p.whole != nil {
		return *p.whole, true
	}
	return Whole{}, false
}

// Projects are the projects with a planned policy or part, sorted.
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
