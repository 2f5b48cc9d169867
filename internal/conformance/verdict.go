package conformance

import "strings"

// Verdict is the service's result for a pod, an image or a check, in the API's spelling.
type Verdict string

// The verdicts of google.cloud.binaryauthorization.v1.EvaluateGkePolicyResponse.
const (
	Conformant    Verdict = "CONFORMANT"
	NonConformant Verdict = "NON_CONFORMANT"
	Errored       Verdict = "ERROR" // the evaluation of the check failed
)

// Undetermined is not a verdict of the service: several are possible, because the service's
// behavior is not documented or the evidence could not be read.
const Undetermined Verdict = "UNDETERMINED"

// byStrictness orders the verdicts by precedence: non-conformance before an error.
var byStrictness = []Verdict{NonConformant, Errored, Conformant}

// Possible is the set of possible verdicts of the service. The zero value is the empty set.
type Possible uint8

// Only is the set with one verdict.
func Only(v Verdict) Possible {
	for i, known := range byStrictness {
		if v == known {
			return 1 << i
		}
	}
	return 0
}

// Either is the set with several verdicts.
func Either(verdicts ...Verdict) (p Possible) {
	for _, v := range verdicts {
		p |= Only(v)
	}
	return p
}

// Has reports whether a verdict is possible.
func (p Possible) Has(v Verdict) bool { return p&Only(v) != 0 }

// Verdict is the only possible verdict, or Undetermined.
func (p Possible) Verdict() Verdict {
	if v := p.Strictest(); p == Only(v) {
		return v
	}
	return Undetermined
}

// Strictest is the strictest possible verdict.
func (p Possible) Strictest() Verdict {
	for _, v := range byStrictness {
		if p.Has(v) {
			return v
		}
	}
	return Undetermined
}

// String lists the verdicts, for messages: "NON_CONFORMANT or ERROR".
func (p Possible) String() string {
	var words []string
	for _, v := range byStrictness {
		if p.Has(v) {
			words = append(words, string(v))
		}
	}
	return strings.Join(words, " or ")
}

// together combines the sets of parts: the strictest part decides. Without parts the whole
// conforms.
func together(parts ...Possible) Possible {
	whole := Only(Conformant)
	for _, part := range parts {
		var next Possible
		for _, a := range byStrictness {
			for _, b := range byStrictness {
				if whole.Has(a) && part.Has(b) {
					next |= Only(Either(a, b).Strictest())
				}
			}
		}
		whole = next
	}
	return whole
}
