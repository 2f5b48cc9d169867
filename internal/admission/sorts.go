package admission

// nobody stands for a cluster, a namespace, an account that no policy names: its characters are not allowed in keys.
const nobody = "?"

// sorts lists workloads such that two workloads of the same sort get the same rules from both policies: one for every rule
// either policy has, one for every pair of rules of different kinds that can be for the same workload, and one that no rule is for.
func sorts(before, after Policy) []workload {
	kinds := [][]workload{before.named(), after.named()}
	list := []workload{stranger(workload{})}
	for _, named := range kinds {
		for _, w := range named {
			list = append(list, stranger(w))
		}
	}
	if before.kind() == after.kind() {
		return list
	}
	for _, a := range kinds[0] {
		for _, b := range kinds[1] {
			if w, ok := merge(a, b); ok {
				list = append(list, stranger(w))
			}
		}
	}
	return list
}

// kind is the one kind of keyed rules a valid policy has; "" when it has none, or more than one.
func (p Policy) kind() (kind Scope) {
	for _, scope := range Scopes() {
		if len(p.Rules[scope]) == 0 {
			continue
		}
		if kind != "" {
			return ""
		}
		kind = scope
	}
	return kind
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

// merge is the workload that both descriptions fit.
func merge(a, b workload) (w workload, ok bool) {
	ok = true
	either := func(x, y string) string {
		if x != "" && y != "" && x != y {
			ok = false
		}
		return max(x, y)
	}
	w = workload{either(a.cluster, b.cluster), either(a.namespace, b.namespace), either(a.account, b.account), either(a.identity, b.identity)}
	return w, ok
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
