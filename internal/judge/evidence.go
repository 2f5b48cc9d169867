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
	// System is Google's system policy at a location, such as "us-central1" or "global"; known is false where it cannot be read.
	System(location string) (policy admission.Policy, known bool)
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

// ask begins a look at the evidence.
func ask(e Evidence, lenient bool) *question {
	return &question{evidence: e, lenient: lenient, refusals: map[string]Reason{}}
}

// question is one look at the evidence. It takes what is open for the best if it is lenient, and notes that.
type question struct {
	evidence Evidence
	lenient  bool
	// running says that the image runs: only attestations that exist count.
	running bool

	open       bool
	why        string // of the first open answer
	openReason Reason
	refusals   map[string]Reason // of the attestors whose answer is not a yes
}

// Verified implements admission.Attestations.
func (q *question) Verified(attestor, image string) (ok bool, why string) {
	answer := q.evidence.Attested(attestor, image)
	if q.running && (answer.Reason == AttestationMissing || answer.Reason == AttestationComes) {
		answer.Outcome = Refuted
	}
	if answer.Outcome == Open {
		if !q.open {
			q.open, q.why, q.openReason = true, answer.Why, answer.Reason
		}
	}
	if ok = answer.Outcome == Proven || (answer.Outcome == Open && q.lenient); !ok {
		q.refusals[attestor] = answer.Reason
	}
	return ok, answer.Why
}

// reason is why the rule of a verdict is not met, where something can be done about it, and which attestor that is about.
func (q *question) reason(v admission.Verdict) (reason Reason, attestor string) {
	for _, name := range v.Attestors {
		if reason := q.refusals[name]; reason != NoReason {
			return reason, name
		}
	}
	return NoReason, ""
}

// evaluate is the verdict on a request by a policy. A system policy that cannot be read could exempt any image.
func (q *question) evaluate(policy *Policy, r admission.Request) admission.Verdict {
	rules := projectpolicy.Rules(policy)
	if !rules.GlobalEvaluation {
		return rules.Evaluate(r, nil, q)
	}
	system, known := q.evidence.System(locationOf(r))
	if known {
		return rules.Evaluate(r, &system, q)
	}
	verdict := rules.Evaluate(r, nil, q)
	if !verdict.Admitted {
		q.open, q.why = true, "Google's system policy could not be read"
		verdict.Admitted = q.lenient
	}
	return verdict
}

// Evaluate is the verdict of a policy on a request, by what the evidence says now: what is open counts as a no.
func Evaluate(policy *Policy, r admission.Request, e Evidence) admission.Verdict {
	return ask(e, false).evaluate(policy, r)
}

// locationOf is where the request runs. "global" is the smallest set that every region admits.
func locationOf(r admission.Request) string {
	location, _, found := strings.Cut(r.Cluster, ".")
	if !found {
		location = "global"
	}
	return region(location)
}

// region is the region of a zone: the system policy is kept by region.
func region(location string) string {
	if parts := strings.Split(location, "-"); len(parts) == 3 {
		return strings.Join(parts[:2], "-")
	}
	return location
}
