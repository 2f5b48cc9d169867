package admission

import (
	"slices"
	"strings"
)

// nobody stands for a cluster, a namespace or an account without a rule: the character is not
// allowed in keys.
const nobody = "?"

// sorts lists workloads that show every difference between the rules of two policies: one without a
// rule, one for every rule of either policy, and, if exactly one policy has cluster rules, all
// pairs of a rule before and a different rule after. The other kinds need no pairs: an identity
// contains an account, and an account a namespace, so the narrower rule stands for both.
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

// beside combines two workloads with different known parts: one has a cluster, the other has not.
func (w workload) beside(o workload) workload {
	return workload{max(w.cluster, o.cluster), max(w.namespace, o.namespace), max(w.account, o.account), max(w.identity, o.identity)}
}

// different lists one workload for each group of equal rules.
func (p Policy) different() (list []workload) {
	seen := map[string]bool{}
	for _, a := range p.all()[1:] {
		if text := a.rule.text(); !seen[text] {
			seen[text], list = true, append(list, keyed(Scope(a.at.Field), a.at.Key))
		}
	}
	return list
}

// text is the same for equal rules.
func (r Rule) text() string {
	return strings.Join(append([]string{string(r.Evaluation), string(r.Enforcement)}, slices.Sorted(slices.Values(r.Attestors))...), " ")
}

// named lists the workload of each key of the policy.
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

// stranger fills unknown parts with names without a rule.
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
