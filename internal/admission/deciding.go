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

// Paths are those of all rules, the default rule first.
func (p Policy) Paths() []Path {
	var paths []Path
	for _, a := range p.all() {
		paths = append(paths, a.at)
	}
	return paths
}
