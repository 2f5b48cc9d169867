package judge

import (
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Evidence provides facts outside of the policy.
type Evidence interface {
	// Keys is the number of usable keys of an attestor (a full name). known is false if it cannot
	// be determined.
	Keys(attestor string) (n int, known bool)
	// Attested reports whether an attestor (a full name) has attested an image
	// ("registry/repository@sha256:…").
	Attested(attestor, image string) Answer
	// System is Google's system policy at a location, such as "us-central1" or "global". known is
	// false if it cannot be read.
	System(location string) (policy admission.Policy, known bool)
}

// Outcome is the result of an answer.
type Outcome int

// Open means that only an apply can answer.
const (
	Refuted Outcome = iota
	Open
	Proven
)

// Answer tells whether an attestor has attested an image.
type Answer struct {
	Outcome Outcome
	Reason  Reason
	// Why is the reason in one line.
	Why string
}

// ask begins a query of the evidence.
func ask(e Evidence, lenient bool) *question {
	return &question{evidence: e, lenient: lenient, refusals: map[string]Reason{}}
}

// question is one query of the evidence. It records open answers, and counts them as a yes if
// lenient.
type question struct {
	evidence Evidence
	lenient  bool
	// running means that the image runs now: only existing attestations count.
	running bool

	open       bool
	why        string // of the first open answer
	openReason Reason
	refusals   map[string]Reason // of the attestors without an attestation
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

// reason is the reason for a refusal by a verdict, and the attestor. It is NoReason if no remedy is
// known.
func (q *question) reason(v admission.Verdict) (reason Reason, attestor string) {
	for _, name := range v.Attestors {
		if reason := q.refusals[name]; reason != NoReason {
			return reason, name
		}
	}
	return NoReason, ""
}

// evaluate is the verdict of a policy on a request. An unreadable system policy could exempt any
// image.
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

// Evaluate is the verdict of a policy on a request with the current evidence. Open answers count as
// a no.
func Evaluate(policy *Policy, r admission.Request, e Evidence) admission.Verdict {
	return ask(e, false).evaluate(policy, r)
}

// locationOf is the location of the request's cluster. It is "global" if unknown: every region
// admits at least the images of the global system policy.
func locationOf(r admission.Request) string {
	location, _, found := admission.ClusterOfKey(r.Cluster)
	if !found {
		location = "global"
	}
	return Region(location)
}

// Region is the region of a zone: system policies exist per region.
func Region(location string) string {
	if parts := strings.Split(location, "-"); len(parts) == 3 {
		return strings.Join(parts[:2], "-")
	}
	return location
}
