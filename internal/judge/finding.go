package judge

import (
	"fmt"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// Path is a position in a policy.
type Path = admission.Path

// Severity is the effect of a finding on the change.
type Severity int

// Refused is a certain problem. Unchecked depends on unknown values.
const (
	Refused Severity = iota + 1
	Unchecked
)

// Codes of findings, in addition to the codes of lock-outs in package admission.
const (
	// ImageRefused is a refused image of a requirement.
	ImageRefused = "IMAGE_REFUSED"
	// InvalidRequirement is an invalid image or workload in a requirement.
	InvalidRequirement = "INVALID_REQUIREMENT"
)

// Reason is the reason for a refusal with a known remedy.
type Reason int

// The reasons given by evidence.
const (
	NoReason Reason = iota
	// AttestationMissing: the image has no attestation verified by the attestor.
	AttestationMissing
	// AttestationComes: the plan creates the attestation.
	AttestationComes
	// AttestationLeaves: the plan destroys the attestation.
	AttestationLeaves
	// KeyLeaves: the plan removes the key of the attestation from the attestor.
	KeyLeaves
	// AttestorLeaves: the plan destroys the attestor.
	AttestorLeaves
)

// Finding is one certain or possible problem of a change.
type Finding struct {
	Code     string
	Severity Severity
	Reason   Reason
	// Attestor is the full name of the attestor of Reason.
	Attestor string
	// Path is the position in the policy, or the requirement.
	Path admission.Path
	// Part is the id of the affected part, "" for the judged part.
	Part string
	// Image is the image of ImageRefused, and Request the whole request. Several requests of a
	// manifest have the same path and image.
	Image   string
	Request admission.Request
	// Running means that the image runs now.
	Running bool
	Message string
}

// key identifies a finding, independent of its message.
func (f Finding) key() string {
	return fmt.Sprintf("%s %s %s %s %+v", f.Code, f.Part, f.Path, f.Path.Value, f.Request)
}

// refused are the certain findings.
func refused(all []Finding) (certain []Finding) {
	for _, f := range all {
		if f.Severity == Refused {
			certain = append(certain, f)
		}
	}
	return certain
}

// without are the findings in all and not in others.
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
