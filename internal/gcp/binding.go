package gcp

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// A binding names its platform policy with the id or with the number of the project, and the
// provider cannot convert one into the other. So two names with the same policy id, one with a
// project id and one with a number, may be the same policy or not. Equal texts always win. Then
// such a pair counts only if no other pair is possible.

// SameBinding reports whether two names can be the same platform policy.
func SameBinding(a, b string) bool { return a == b || respells(a, b) }

// respells reports whether two names differ only in the form of the project: an id and a number.
func respells(a, b string) bool {
	x, y := spellingOf(a), spellingOf(b)
	return x.policy != "" && x.policy == y.policy && x.numbered != y.numbered
}

// spelling is what a name shows of its platform policy, apart from the project.
type spelling struct {
	policy   string // "" for a name of something else
	numbered bool
}

func spellingOf(name string) spelling {
	p, err := resname.ParsePlatformPolicy(name)
	if err != nil {
		return spelling{}
	}
	return spelling{p.Platform + " " + p.ID, resname.IsProjectNumber(p.Project)}
}

// matching returns the names that can be the same policy as name, apart from name itself.
func matching(names []string, name string) (all []string) {
	for _, other := range names {
		if respells(name, other) {
			all = append(all, other)
		}
	}
	return all
}

// rivals counts the names with the same policy id and the same form of the project as name. They
// can be the same policies as the other form.
func rivals(names []string, name string) (n int) {
	for _, other := range names {
		if other == name || spellingOf(name).policy != "" && spellingOf(other) == spellingOf(name) {
			n++
		}
	}
	return n
}

// SameBindings compares lists of names, in any order. Each name counts for one name of the other
// list.
func SameBindings(a, b []string) bool {
	return len(a) == len(b) && len(Unbound(a, b)) == 0
}

// Unbound are the bindings in before and not in after. Each name in after counts for one name in
// before. If only some of several names can be in after, all of them are returned.
func Unbound(before, after []string) []string {
	left, right := apart(before, after)
	return slices.DeleteFunc(slices.Clone(left), func(name string) bool {
		return rivals(left, name) <= len(matching(right, name))
	})
}

// apart removes the names that are in both lists.
func apart(a, b []string) (onlyA, onlyB []string) {
	onlyB = slices.Clone(b)
	for _, name := range a {
		if i := slices.Index(onlyB, name); i >= 0 {
			onlyB = slices.Delete(onlyB, i, i+1)
		} else {
			onlyA = append(onlyA, name)
		}
	}
	return onlyA, onlyB
}

// KeepSpelling returns the bindings, each with its name in known. A name that could be one of
// several keeps its own.
func KeepSpelling(known, bindings []string) []string {
	all := slices.Clone(bindings)
	left, right := apart(bindings, known)
	for i, name := range all {
		same := matching(right, name)
		if !slices.Contains(left, name) || len(same) == 0 || rivals(left, name) != len(same) {
			continue
		}
		all[i] = same[0]
		left, right = without(left, name), without(right, same[0])
	}
	return all
}

func without(names []string, name string) []string {
	i := slices.Index(names, name)
	return slices.Delete(slices.Clone(names), i, i+1)
}

// Bound returns the binding of a platform policy as in the setting, or "" for none. It is an error
// if several bindings can be it.
func (s Setting) Bound(policy string) (string, error) {
	if slices.Contains(s.Bindings, policy) {
		return policy, nil
	}
	switch same := matching(s.Bindings, policy); len(same) {
	case 0:
		return "", nil
	case 1:
		return same[0], nil
	default:
		return "", &Error{
			Kind: KindInvalid, Method: updateCluster.name, Resource: policy,
			Message: "the cluster has several bindings that can be this policy: " + strings.Join(same, ", ") +
				". Project ids and numbers cannot be compared",
			Remedy: "Write the policy as the cluster shows it, with the number of its project.",
		}
	}
}

// Binds reports whether a platform policy is bound, or can be one of several that are.
func (s Setting) Binds(policy string) bool {
	name, err := s.Bound(policy)
	return name != "" || err != nil
}

// With is the setting with a platform policy bound, and everything else kept. A policy removed before
// gets back its name on the cluster.
func (s Setting) With(policy string) Setting {
	name := cmp.Or(s.released[policy], policy)
	next := NewSetting(s.UsesProjectPolicy(), append(slices.Clone(s.Bindings), name))
	next.released = s.released
	return next
}

// Without is the setting without the binding of a platform policy, and everything else kept. It
// removes one binding at most, and none if several can be it.
func (s Setting) Without(policy string) (Setting, error) {
	name, err := s.Bound(policy)
	if err != nil || name == "" {
		return s, err
	}
	next := NewSetting(s.UsesProjectPolicy(), without(s.Bindings, name))
	next.released = maps.Clone(s.released)
	if next.released == nil {
		next.released = map[string]string{}
	}
	next.released[policy] = name
	return next, nil
}
