package judge

import "github.com/binauthz/terraform-provider-binauthz/internal/admission"

// Path says where in a policy something is.
type Path = admission.Path

// Severity is what a finding means for the change.
type Severity int

// Refused is certain to be wrong. Unchecked depends on what is not known yet.
const (
	Refused Severity = iota + 1
	Unchecked
)

// Codes of findings beside those of admission's lock-outs.
const (
	// ImageRefused is an image that has to be admitted and is not.
	ImageRefused = "IMAGE_REFUSED"
	// InvalidRequirement is an image or workload that cannot be one.
	InvalidRequirement = "INVALID_REQUIREMENT"
)

// Reason is why an image is refused, where something can be done about it.
type Reason int

// The reasons that evidence can give.
const (
	NoReason Reason = iota
	// AttestationMissing: the image has no attestation that the attestor verifies.
	AttestationMissing
	// AttestationComes: the plan makes the attestation.
	AttestationComes
	// AttestationLeaves: the plan destroys the attestation.
	AttestationLeaves
	// KeyLeaves: the plan takes the key of the attestation from the attestor.
	KeyLeaves
	// AttestorLeaves: the plan destroys the attestor.
	AttestorLeaves
)

// Finding is one thing that is wrong with a change, or that cannot be told yet.
type Finding struct {
	Code     string
	Severity Severity
	Reason   Reason
	// Attestor is whose attestation, key or end Reason is about: a full name.
	Attestor string
	// Path is what in the policy, or which requirement, the finding is about.
	Path admission.Path
	// Part is the id of another part of the policy that the finding is about, "" for the one that is judged.
	Part string
	// Image is the image of ImageRefused.
	Image string
	// Running says that the image runs.
	Running bool
	Message string
}

// key tells findings apart, whatever their words are.
func (f Finding) key() string {
	return f.Code + " " + f.Part + " " + f.Path.String() + " " + f.Path.Value + " " + f.Image
}

// refused are the findings that are certain.
func refused(all []Finding) (certain []Finding) {
	for _, f := range all {
		if f.Severity == Refused {
			certain = append(certain, f)
		}
	}
	return certain
}

// without are the findings of all that others does not have.
func without(all, others []Finding) (rest []Finding) {
	have := map[string]bool{}
	for _, f := range others {
		have[f.key()] = true
	}
	for _, f := range all {
		if !have[f.key()] {
			rest = append(rest, f)
		}
	}
	return rest
}
