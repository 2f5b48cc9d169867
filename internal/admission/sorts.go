package admission

import (
	"slices"
	"strings"
)

// nobody stands for a cluster, a namespace, an account that no policy names: its characters are not allowed in keys.
const nobody = "?"

// sorts lists workloads that show every difference between the rules of two policies: one that no rule is for, one for every rule
// either policy has, and, when one of them goes by clusters and the other does not, every rule before with each different rule after.
// The other kinds need no pairs: an identity says an account, an account a namespace, so the narrower rule speaks for both.
func sorts(before, after Policy) []workload {
	list := []workload{stranger(workload{})}
	for _, w := range append(before.named(), after.named()...) {
		list = append(list, stranger(w))
	}
	if (len(before.Rules[ScopeCluster]) > 0) == (len(after.Rules[ScopeCluster]) > 0) {
		return list
	}
	different := after.different()
	for _, a := range before.named() {
		for _, b := range different {
			list = append(list, stranger(a.beside(b)))
		}
	}
	return list
}

// beside is what is known of a workload that is both; of one by its cluster, and of the other by something else.
func (w workload) beside(o workload) workload {
	return workload{max(w.cluster, o.cluster), max(w.namespace, o.namespace), max(w.account, o.account), max(w.identity, o.identity)}
}

// different lists what is known of a workload from one key for every rule that reads differently.
func (p Policy) different() (list []workload) {
	seen := map[string]bool{}
	for _, a := range p.all()[1:] {
		if text := a.rule.text(); !seen[text] {
			seen[text], list = true, append(list, keyed(Scope(a.at.Field), a.at.Key))
		}
	}
	return list
}

// text is the same for rules that decide the same.
func (r Rule) text() string {
	return strings.Join(append([]string{string(r.Evaluation), string(r.Enforcement)}, slices.Sorted(slices.Values(r.Attestors))...), " ")
}

// named lists what is known of a workload from each key of the policy.
func (p Policy) named() (list []workload) {
	for _, a := range p.all()[1:] {
		list = append(list, keyed(Scope(a.at.Field), a.at.Key))
	}
	return list
}

func keyed(scope Scope, key string) workload {
	switch scope {
	case ScopeCluster:
		return workload{cluster: key}
	case ScopeNamespace:
		return workload{namespace: key}
	case ScopeServiceAccount:
		return Request{ServiceAccount: key}.workload()
	default:
		return Request{IstioIdentity: key}.workload()
	}
}

// stranger fills what is open with names that no policy has.
func stranger(w workload) workload {
	w.cluster = orNobody(w.cluster, nobody)
	w.namespace = orNobody(w.namespace, nobody)
	w.account = orNobody(w.account, w.namespace+":"+nobody)
	w.identity = orNobody(w.identity, nobody+"/ns/"+w.namespace+"/sa/"+nobody)
	return w
}

func orNobody(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
