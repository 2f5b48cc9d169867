package admission

import "slices"

// Deciding are the rules that apply, or can apply, to a workload without exempt images.
func (p Policy) Deciding(r Request) []Path {
	var paths []Path
	for _, a := range p.applicable(r.asking()) {
		paths = append(paths, a.at)
	}
	return paths
}

// Exempts reports whether one of the patterns exempts an image.
func Exempts(patterns []string, image string) bool { return firstMatch(patterns, image) >= 0 }

// Asks reports whether a rule can refuse an image.
func (r Rule) Asks() bool { return r.Evaluation != AlwaysAllow }

// Covers reports whether r refuses every image that other refuses: a dry run of r is then evidence
// for other.
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

// Change is the pair of rules for the same workloads in two policies.
type Change struct {
	From, To Path
	Old, New Rule
}

// Changes are all pairs of rules, each once, including pairs of equal rules.
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

// everySort is sorts with all pairs of a rule before and a rule after, also for equal rules after:
// they have different paths.
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
