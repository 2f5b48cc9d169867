package allowpolicy

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// String returns the role and the condition's title, for messages.
func (b Binding) String() string {
	if b.Condition == (Condition{}) {
		return b.Role
	}
	return b.Role + " if " + b.Condition.Title
}

// Summary lists roles with their members, one binding after the other; "" for a policy without
// grants.
func Summary(p *Policy) string {
	byBinding := map[Binding][]string{}
	for _, g := range sorted(Grants(p)) {
		byBinding[g.Binding] = append(byBinding[g.Binding], g.Member)
	}
	var all []string
	for _, b := range slices.SortedFunc(maps.Keys(byBinding), compareBindings) {
		all = append(all, b.String()+": "+strings.Join(byBinding[b], ", "))
	}
	return strings.Join(all, "; ")
}

// Differences lists the grants of b missing in a, and vice versa.
func Differences(a, b *Policy) []string {
	var all []string
	for _, g := range Lost(b, a) {
		all = append(all, g.Member+" has "+g.String()+" now")
	}
	for _, g := range Lost(a, b) {
		all = append(all, g.Member+" no longer has "+g.String())
	}
	return all
}

func sorted(grants map[Grant]bool) []Grant {
	return slices.SortedFunc(maps.Keys(grants), func(a, b Grant) int {
		return cmp.Or(compareBindings(a.Binding, b.Binding), cmp.Compare(a.Member, b.Member))
	})
}

func compareBindings(a, b Binding) int {
	return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Condition.String(), b.Condition.String()))
}
