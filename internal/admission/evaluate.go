package admission

// Request is a workload with an image to run. Unknown parts stay empty; the image is required.
type Request struct {
	Image          string
	Cluster        string // location.clusterId
	Namespace      string
	ServiceAccount string // the bare name beside Namespace, or namespace:serviceaccount
	IstioIdentity  string // [spiffe://]domain/ns/namespace/sa/account
	Stranger       bool   // no keyed rule applies to the empty parts
}

// Attestations answers whether an attestor has attested an image. The caller fetches and verifies
// attestations. A signature by one key of the attestor is enough
// (https://cloud.google.com/binary-authorization/docs/key-concepts#attestors).
type Attestations interface {
	// Verified reports whether image has a valid attestation by attestor (a full name). why is the
	// reason in one line, also if no answer was possible.
	Verified(attestor, image string) (ok bool, why string)
}

// Verdict is the decision on a request.
type Verdict struct {
	Admitted   bool
	WouldBlock bool   // admitted only because the failed rule is a dry run
	Rule       string // the deciding part of the policy: a Path's text, or SystemPolicy
	// Denial is GKE's message for the refusal, without additions. It is empty if the rule is met,
	// and for an invalid request. A dry run has it too. Sentence is its part after the rule.
	Denial, Sentence string
	Attestors        []string // the attestors in Denial: full names
	Reason           string   // one line: Denial with our additions
}

// SystemPolicy is Verdict.Rule if Google's system policy exempts the image.
const SystemPolicy = "system policy"

// Evaluate decides on a request. system is Google's system policy at the location of the cluster,
// nil if unknown; a may be nil. Unknown values are never guessed: if several rules can apply to the
// request, the strictest one decides.
func (p Policy) Evaluate(r Request, system *Policy, a Attestations) Verdict {
	return evaluation{p, r, system, a}.verdict()
}
