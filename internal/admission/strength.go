package admission

import "slices"

// What can become of an image, in the order of strictness.
const (
	admitted = iota
	logged   // admitted, with an entry in the audit log that the rule fails
	blocked
)

// failing is the outcome for an image that does not meet the rule.
func (r Rule) failing() int {
	switch {
	case r.Evaluation == AlwaysAllow:
		return admitted
	case r.Enforcement == DryRun:
		return logged
	default:
		return blocked
	}
}

// change is a way in which one rule is weaker than another.
type change struct {
	code     string
	attestor string // of ATTESTOR_REMOVED
}

// weaker lists how after lets in an image that before did not, or lets it in without an entry in the log. It is empty when for every
// image and every set of attestors that vouch for it, the outcome of after is at least as strict.
func weaker(before, after Rule) []change {
	switch {
	case before.failing() == admitted:
		return nil
	case after.failing() == admitted:
		return []change{{code: EvaluationToAlwaysAllow}}
	}
	var changes []change
	if after.failing() < before.failing() {
		changes = append(changes, change{code: EnforcementToDryRun})
	}
	return append(changes, passesMore(before, after)...)
}

// passesMore compares which images meet the rules, whatever happens to those that do not.
func passesMore(before, after Rule) (changes []change) {
	switch {
	case after.Evaluation == AlwaysDeny:
		return nil
	case before.Evaluation == AlwaysDeny:
		return []change{{code: EvaluationToRequireAttestation}}
	}
	for _, a := range before.Attestors {
		if !slices.Contains(after.Attestors, a) {
			changes = append(changes, change{AttestorRemoved, a})
		}
	}
	return changes
}
