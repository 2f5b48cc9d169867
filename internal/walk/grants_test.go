package walk

import "testing"

// TestGrantsThatLeaveAndCome: a new owner of a role and the destroy of another resource for this role
// are a conflict, whichever is planned first. An existing owner is none.
func TestGrantsThatLeaveAndCome(t *testing.T) {
	t.Parallel()
	member := Grants{ID: "member", Leaves: true, Roles: []string{"r"}, Members: map[string]bool{"r joe": true}}
	bound := Grants{ID: "binding", Leaves: true, Binding: "r", Roles: []string{"r"}, Members: map[string]bool{"r joe": true}}
	role := Grants{ID: "role", Comes: true, Binding: "r", Roles: []string{"r"}, Members: map[string]bool{"r jane": true}}
	other := Grants{ID: "other", Comes: true, Binding: "s", Roles: []string{"s"}, Members: map[string]bool{"s jane": true}}
	one := Grants{ID: "one", Comes: true, Roles: []string{"r"}, Members: map[string]bool{"r jane": true}}
	whole := Grants{ID: "whole", Comes: true, Whole: true, Roles: []string{"s"}, Members: map[string]bool{"s jane": true}}
	for name, c := range map[string]struct {
		leaves, comes Grants
		kept, want    bool
	}{
		"a binding of the role":    {member, role, false, true},
		"a binding in place":       {member, role, true, false},
		"a binding of another":     {member, other, false, false},
		"a member of the role":     {member, one, false, false},
		"a policy":                 {member, whole, false, true},
		"a policy in place":        {member, whole, true, false},
		"a policy for a binding":   {bound, whole, false, true},
		"another role's binding":   {bound, other, false, false},
		"a policy kept by binding": {bound, whole, true, false},
	} {
		c.comes.Comes = !c.kept
		for _, order := range [][2]Grants{{c.leaves, c.comes}, {c.comes, c.leaves}} {
			w := New()
			w.PlanGrants(order[0])
			if got := len(w.PlanGrants(order[1])) > 0; got != c.want {
				t.Errorf("%s, %s last: %t, want %t", name, order[1].ID, got, c.want)
			}
		}
	}
}
