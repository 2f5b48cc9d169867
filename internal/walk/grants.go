package walk

import (
	"maps"
	"slices"
)

// Grants is the part of an object's allow policy managed by one resource.
type Grants struct {
	// ID is the resource's id, Object the full name of the object.
	ID, Object string
	// Leaves means that the resource is destroyed, Comes that it is created.
	Leaves, Comes bool
	// Whole means the whole policy. Binding is a role with its condition if the resource has all of
	// its members, and "" for a single member.
	Whole   bool
	Binding string
	// Open means that some members are unknown.
	Open bool
	// Roles are the roles with their conditions. Members are the roles with conditions and members.
	Roles   []string
	Members map[string]bool
}

// PlanGrants records the plan for an allow policy, and returns the earlier plans in conflict with
// it: two resources own the same role, one is destroyed with a grant of another, or one is destroyed
// while another begins to own its role.
func (w *Walk) PlanGrants(g Grants) []Grants {
	w.mu.Lock()
	defer w.mu.Unlock()
	var clashes, others []Grants
	for _, o := range w.grants[g.Object] {
		if o.ID == g.ID && maps.Equal(o.Members, g.Members) {
			continue // planned again
		}
		if others = append(others, o); g.clashes(o) {
			clashes = append(clashes, o)
		}
	}
	w.grants[g.Object] = append(others, g)
	return clashes
}

// grantsDone forgets the plan of a resource after the write.
func (s *seen) grantsDone(id string) {
	for object, planned := range s.grants {
		s.grants[object] = slices.DeleteFunc(planned, func(g Grants) bool { return g.ID == id })
	}
}

func (g Grants) clashes(o Grants) bool {
	switch {
	case g.Leaves && o.Leaves, g.Leaves != o.Leaves && g.ID == o.ID:
		return false // the latter is a rename, reported as such
	case g.Leaves:
		return g.takesFrom(o) || g.givesUp(o)
	case o.Leaves:
		return o.takesFrom(g) || o.givesUp(g)
	}
	return g.Whole || o.Whole || g.decides(o) || o.decides(g)
}

// takesFrom reports whether the destroy of g can remove grants of o, if it comes last. The destroy
// of a whole policy or a binding restores the earlier one.
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

// givesUp reports whether the destroy of g changes what the create of o finds: the create replaces
// exactly the members of the plan, and a later destroy restores them.
func (g Grants) givesUp(o Grants) bool { return o.Comes && (o.Whole || o.decides(g)) }

// meets reports whether both have a common role.
func (g Grants) meets(o Grants) bool {
	return slices.ContainsFunc(g.Roles, func(role string) bool { return slices.Contains(o.Roles, role) })
}

// shares reports whether both have a common grant.
func (g Grants) shares(o Grants) bool {
	for m := range g.Members {
		if o.Members[m] {
			return true
		}
	}
	return false
}

// decides reports whether g has all members of a role of o.
func (g Grants) decides(o Grants) bool { return g.Binding != "" && slices.Contains(o.Roles, g.Binding) }
