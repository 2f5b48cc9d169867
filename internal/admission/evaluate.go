package admission

// Request is a workload that wants to run an image. Parts that are not known stay empty; the image has to be known.
type Request struct {
	Image          string
	Cluster        string // location.clusterId
	Namespace      string
	ServiceAccount string // the bare name beside Namespace, or namespace:serviceaccount
	IstioIdentity  string // [spiffe://]domain/ns/namespace/sa/account
	Stranger       bool   // no keyed rule is for the parts that stay empty
}

// Attestations answers whether an attestor vouches for an image. The caller fetches and verifies them; one key of an attestor
// that verifies is enough (https://cloud.google.com/binary-authorization/docs/key-concepts#attestors).
type Attestations interface {
	// Verified says whether image has an attestation of attestor (a full name) that verifies. why is one line for a person, also
	// when ok is false because the answer could not be had.
	Verified(attestor, image string) (ok bool, why string)
}

// Verdict is what becomes of a request.
type Verdict struct {
	Admitted   bool
	WouldBlock bool   // admitted only because the rule that fails is a dry run
	Rule       string // what decided: a Path's text, or SystemPolicy
	// Denial is what GKE says when it refuses the image, and nothing of ours. It is empty if the rule is met, and of a request that
	// cannot be one; a rule that is a dry run has it, too. Sentence is its part after the rule.
	Denial, Sentence string
	Attestors        []string // those that Denial is about: full names
	Reason           string   // one line: Denial, with what is ours around it
}

// SystemPolicy is Verdict.Rule when Google's own policy exempts the image.
const SystemPolicy = "system policy"

// Evaluate decides on a request. system is Google's system policy at the location of the cluster, nil when it is not known; a may be nil
// when there is nothing to look up. What is not known is never guessed: where the request leaves open which rule applies, every
// rule that could is tried and the strictest outcome is the verdict.
func (p Policy) Evaluate(r Request, system *Policy, a Attestations) Verdict {
	return evaluation{p, r, system, a}.verdict()
}
