package judge

import (
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Evidence answers what a policy does not say of itself. Whoever implements it looks it up.
type Evidence interface {
	// Keys is the number of keys of an attestor (a full name) that can verify something; known is false while that cannot be told.
	Keys(attestor string) (n int, known bool)
	// Attested says whether an attestor (a full name) vouches for an image ("registry/repository@sha256:…").
	Attested(attestor, image string) Answer
	// System is Google's system policy at a location, such as "us-central1" or "global"; nil when it cannot be read.
	System(location string) *admission.Policy
}

// Outcome is how an answer turned out.
type Outcome int

// Open is an answer that only an apply can give.
const (
	Refuted Outcome = iota
	Open
	Proven
)

// Answer is the answer to whether an attestor vouches for an image.
type Answer struct {
	Outcome Outcome
	Reason  Reason
	// Why is one line for a person.
	Why string
}

// question is one look at the evidence. It takes what is open for the best if it is lenient, and notes that.
type question struct {
	evidence Evidence
	lenient  bool

	open       bool
	why        string // of the first open answer
	openReason Reason
	reason     Reason // of the last answer that is not a yes
	attestor   string // whom reason is about
}

// Verified implements admission.Attestations.
func (q *question) Verified(attestor, image string) (ok bool, why string) {
	answer := q.evidence.Attested(attestor, image)
	if answer.Outcome == Open {
		if !q.open {
			q.open, q.why, q.openReason = true, answer.Why, answer.Reason
		}
	}
	if ok = answer.Outcome == Proven || (answer.Outcome == Open && q.lenient); !ok {
		q.reason, q.attestor = answer.Reason, attestor
	}
	return ok, answer.Why
}

// evaluate is the verdict on a request by a policy.
func (q *question) evaluate(policy *Policy, r admission.Request) admission.Verdict {
	rules := projectpolicy.Rules(policy)
	return rules.Evaluate(r, systemFor(q.evidence, rules, r), q)
}

// Evaluate is the verdict of a policy on a request, by what the evidence says now: what is open counts as a no.
func Evaluate(policy *Policy, r admission.Request, e Evidence) admission.Verdict {
	return (&question{evidence: e}).evaluate(policy, r)
}

// systemFor is the system policy where the request runs, nil where it does not count. "global" is the smallest set that every region
// admits.
func systemFor(e Evidence, rules admission.Policy, r admission.Request) *admission.Policy {
	if !rules.GlobalEvaluation {
		return nil
	}
	location, _, found := strings.Cut(r.Cluster, ".")
	if !found {
		location = "global"
	}
	return e.System(region(location))
}

// region is the region of a zone: the system policy is kept by region.
func region(location string) string {
	if parts := strings.Split(location, "-"); len(parts) == 3 {
		return strings.Join(parts[:2], "-")
	}
	return location
}
