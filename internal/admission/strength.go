package admission

import "slices"

// The outcomes for an image, from lenient to strict.
const (
	admitted = iota
	logged   // admitted, with a violation in the audit log
	blocked
)

// failing is the outcome for an image without any attestation.
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

// change is one aspect that makes a rule weaker than another.
type change struct {
	code     string
	attestor string // of ATTESTOR_REMOVED
}

// weaker lists the aspects that make after weaker than before. It is empty if the outcome of after
// is at least as strict for every image with any set of attestations.
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

// passesMore compares the sets of images that meet the rules, independent of enforcement.
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
