package allowpolicy

import (
	"maps"
	"slices"

	"cloud.google.com/go/iam/apiv1/iampb"
)

// Policy is the API message of an allow policy.
type Policy = iampb.Policy

// VersionWithConditions is the required version of a policy with a condition, in requests and in
// the written policy. Source: https://cloud.google.com/iam/docs/policies#versions.
const VersionWithConditions = 3

// Binding is the key of a binding: its members have the role under the condition.
type Binding struct {
	Role      string
	Condition Condition
}

// Grant is one member of a binding. Member is canonical.
type Grant struct {
	Binding
	Member string
}

// Grants returns all grants of a policy.
func Grants(p *Policy) map[Grant]bool {
	all := map[Grant]bool{}
	for _, b := range p.GetBindings() {
		for _, m := range b.GetMembers() {
			all[Grant{keyOf(b), Canonical(m)}] = true
		}
	}
	return all
}

// Members returns the members of a binding as spelled in the policy, nil without a binding.
func Members(p *Policy, key Binding) []string {
	var members []string
	for _, b := range p.GetBindings() {
		if keyOf(b) == key {
			members = append(members, b.GetMembers()...)
		}
	}
	return members
}

// Has reports whether a policy has a grant.
func Has(p *Policy, g Grant) bool {
	return slices.ContainsFunc(Members(p, g.Binding), func(m string) bool { return Canonical(m) == Canonical(g.Member) })
}

// Add adds a grant and keeps everything else.
func Add(p *Policy, g Grant) {
	if Has(p, g) {
		return
	}
	if b := find(p, g.Binding); b != nil {
		b.Members = append(b.Members, g.Member)
	} else {
		p.Bindings = append(p.Bindings, newBinding(g.Binding, g.Member))
	}
	raiseVersion(p)
}

// Remove removes a grant and keeps everything else.
func Remove(p *Policy, g Grant) {
	for _, b := range p.GetBindings() {
		if keyOf(b) == g.Binding {
			b.Members = slices.DeleteFunc(b.GetMembers(), func(m string) bool { return Canonical(m) == Canonical(g.Member) })
		}
	}
	dropEmpty(p)
}

// SetMembers gives a binding exactly these members; none removes it. Everything else stays.
func SetMembers(p *Policy, key Binding, members []string) {
	p.Bindings = slices.DeleteFunc(p.GetBindings(), func(b *iampb.Binding) bool { return keyOf(b) == key })
	if len(members) > 0 {
		p.Bindings = append(p.Bindings, newBinding(key, members...))
	}
	raiseVersion(p)
}

// Replace gives a policy exactly the bindings of another.
func Replace(p, want *Policy) {
	p.Bindings = want.GetBindings()
	dropEmpty(p)
	raiseVersion(p)
}

// Same reports whether two policies have the same grants. Etags and versions do not count.
func Same(a, b *Policy) bool { return maps.Equal(Grants(a), Grants(b)) }

// SameMembers reports whether two lists have the same members, ignoring order and case.
func SameMembers(a, b []string) bool { return maps.Equal(memberSet(a), memberSet(b)) }

// Lost returns the grants removed by a change, sorted.
func Lost(before, after *Policy) []Grant {
	kept := Grants(after)
	return slices.DeleteFunc(sorted(Grants(before)), func(g Grant) bool { return kept[g] })
}

func memberSet(members []string) map[string]bool {
	set := make(map[string]bool, len(members))
	for _, m := range members {
		set[Canonical(m)] = true
	}
	return set
}

func keyOf(b *iampb.Binding) Binding { return Binding{b.GetRole(), ConditionOf(b.GetCondition())} }

func find(p *Policy, key Binding) *iampb.Binding {
	for _, b := range p.GetBindings() {
		if keyOf(b) == key {
			return b
		}
	}
	return nil
}

func newBinding(key Binding, members ...string) *iampb.Binding {
	return &iampb.Binding{Role: key.Role, Condition: key.Condition.Expr(), Members: slices.Clone(members)}
}

// dropEmpty drops bindings without members, as the service does.
func dropEmpty(p *Policy) {
	p.Bindings = slices.DeleteFunc(p.GetBindings(), func(b *iampb.Binding) bool { return len(b.GetMembers()) == 0 })
}

func raiseVersion(p *Policy) {
	if slices.ContainsFunc(p.GetBindings(), func(b *iampb.Binding) bool { return b.GetCondition() != nil }) {
		p.Version = VersionWithConditions
	}
}
