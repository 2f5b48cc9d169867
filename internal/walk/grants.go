package walk

import (
	"maps"
	"slices"
)

// Grants is what a resource manages of an object's allow policy.
type Grants struct {
	// ID is the resource's id, Object the full name of the object.
	ID, Object string
	// Leaves says that it is planned to be destroyed.
	Leaves bool
	// Whole says that it is everything, Binding which role with its condition it is all members of, "" for one member.
	Whole   bool
	Binding string
	// Open says that not all members are known.
	Open bool
	// Roles are the roles with their conditions, Members these with their members.
	Roles   []string
	Members map[string]bool
}

// PlanGrants notes what is planned for an allow policy, and returns what was planned before that does not go together with it: two
// that decide on the same role, or one that goes with a grant that another has.
func (w *Walk) PlanGrants(g Grants) []Grants {
	w.mu.Lock()
	defer w.mu.Unlock()
	var clashes, others []Grants
	for _, o := range w.grants[g.Object] {
		if o.ID == g.ID && maps.Equal(o.Members, g.Members) {
			continue // it is planned again
		}
		if others = append(others, o); g.clashes(o) {
			clashes = append(clashes, o)
		}
	}
	w.grants[g.Object] = append(others, g)
	return clashes
}

// grantsDone forgets what was planned for a resource that has been written.
func (s *seen) grantsDone(id string) {
	for object, planned := range s.grants {
		s.grants[object] = slices.DeleteFunc(planned, func(g Grants) bool { return g.ID == id })
	}
}

func (g Grants) clashes(o Grants) bool {
	switch {
	case g.Leaves && o.Leaves, g.Leaves != o.Leaves && g.ID == o.ID:
		return false // the latter is a rename, which is reported as such
	case g.Leaves:
		return g.takesFrom(o)
	case o.Leaves:
		return o.takesFrom(g)
	}
	return g.Whole || o.Whole || g.decides(o) || o.decides(g)
}

// takesFrom says that the destroy of g can take away what o grants, if it comes last. A destroy of a whole policy or of a binding puts back
// what was there before.
func (g Grants) takesFrom(o Grants) bool {
	switch {
	case g.Whole:
		return true
	case o.Open && (o.Whole || o.Binding != "" && g.meets(o)):
		return true
	case g.Binding != "":
		return g.meets(o)
	}
	return g.shares(o)
}

// meets says that the two have a role in common.
func (g Grants) meets(o Grants) bool {
	return slices.ContainsFunc(g.Roles, func(role string) bool { return slices.Contains(o.Roles, role) })
}

// shares says that the two have a grant in common.
func (g Grants) shares(o Grants) bool {
	for m := range g.Members {
		if o.Members[m] {
			return true
		}
	}
	return false
}

// decides says that g is all members of a role that o grants.
func (g Grants) decides(o Grants) bool { return g.Binding != "" && slices.Contains(o.Roles, g.Binding) }
