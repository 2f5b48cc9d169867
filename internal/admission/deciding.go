package admission

import "slices"

// Deciding are the rules that decide, or could decide, on a workload that no pattern exempts.
func (p Policy) Deciding(r Request) []Path {
	var paths []Path
	for _, a := range p.applicable(r.asking()) {
		paths = append(paths, a.at)
	}
	return paths
}

// Exempts says whether one of the patterns exempts an image.
func Exempts(patterns []string, image string) bool { return firstMatch(patterns, image) >= 0 }

// Asks says whether a rule can refuse something.
func (r Rule) Asks() bool { return r.Evaluation != AlwaysAllow }

// Covers says that whatever other refuses, r refuses as well: a trial of r is one of other.
func (r Rule) Covers(other Rule) bool {
	switch {
	case !other.Asks() || r.Evaluation == AlwaysDeny:
		return true
	case r.Evaluation != RequireAttestation || other.Evaluation != RequireAttestation:
		return false
	}
	for _, attestor := range other.Attestors {
		if !slices.Contains(r.Attestors, attestor) {
			return false
		}
	}
	return true
}

// Change is what decides on some workloads in one policy and in another.
type Change struct {
	From, To Path
	Old, New Rule
}

// Changes are all of them, each once, those that say the same too.
func Changes(before, after Policy) []Change {
	var all []Change
	seen := map[[2]Path]bool{}
	for _, w := range everySort(before, after) {
		for _, old := range before.applicable(w) {
			for _, next := range after.applicable(w) {
				if pair := [2]Path{old.at, next.at}; !seen[pair] {
					seen[pair] = true
					all = append(all, Change{old.at, next.at, old.rule, next.rule})
				}
			}
		}
	}
	return all
}

// everySort is sorts, with each rule before beside each one after, also where several after read the same: they have different paths.
func everySort(before, after Policy) []workload {
	list := sorts(before, after)
	if (len(before.Rules[ScopeCluster]) > 0) == (len(after.Rules[ScopeCluster]) > 0) {
		return list
	}
	for _, a := range before.named() {
		for _, b := range after.named() {
			list = append(list, stranger(a.beside(b)))
		}
	}
	return list
}
