package judge

import (
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Turn is a change from dry run, or from admitting everything, to enforcement for the workloads of
// one rule.
type Turn struct {
	// Path is the planned rule for these workloads. If it is the default rule, Path is the rule
	// before the change: it may have been removed.
	Path admission.Path
	// Untried is the reason if a dry run is no evidence for the planned rule, else "".
	Untried string

	was, is  admission.Policy
	from, to admission.Path
}

// Concerns reports whether a workload can be affected by the turn.
func (t Turn) Concerns(r admission.Request) bool {
	return slices.Contains(t.was.Deciding(r), t.from) && slices.Contains(t.is.Deciding(r), t.to)
}

// SameEnd reports whether the same rule is to be enforced in both turns.
func (t Turn) SameEnd(other Turn) bool { return t.to == other.to }

// Ends are the rule before the change and the rule to be enforced.
func (t Turn) Ends() []admission.Path { return []admission.Path{t.from, t.to} }

// Removed reports whether a rule is removed, so that the default rule is to be enforced.
func (t Turn) Removed() bool {
	return t.to.Field == string(admission.ScopeDefault) && t.from.Field != t.to.Field
}

// Turns are the turns of a change. rule is the changed rule, nil for the whole policy.
func Turns(before, after *Policy, rule *projectpolicy.Target) (turns []Turn) {
	was, is := projectpolicy.Rules(before), projectpolicy.Rules(after)
	for _, c := range admission.Changes(was, is) {
		path := c.To
		if c.To.Field == string(admission.ScopeDefault) {
			path = c.From
		}
		if (rule == nil || rule.Is(c.From) || rule.Is(c.To)) && enforces(c.New) && !enforces(c.Old) {
			turns = append(turns, Turn{Path: path, Untried: untried(was, is, c.Old, c.New), was: was, is: is, from: c.From, to: c.To})
		}
	}
	return turns
}

func enforces(r admission.Rule) bool { return r.Asks() && r.Enforcement != admission.DryRun }

func untried(was, is admission.Policy, old, next admission.Rule) string {
	switch {
	case old.Enforcement != admission.DryRun || !old.Asks():
		return "it had no dry run: the current rule of these workloads admits everything"
	case !old.Covers(next):
		return "the dry run was for another rule: " + summary(old)
	}
	return lostExemption(was.Patterns, was.GlobalEvaluation, is)
}

func summary(r admission.Rule) string {
	if len(r.Attestors) == 0 {
		return string(r.Evaluation)
	}
	return string(r.Evaluation) + " by " + strings.Join(r.Attestors, ", ")
}

// StillRefused reports whether a policy would refuse an image admitted by a dry run, with the
// reason of the policy. Only existing attestations count. Open answers count as a no.
func StillRefused(after *Policy, r admission.Request, e Evidence) (reason string, refused bool) {
	verdict := Evaluate(after, r, e)
	return verdict.Reason, !verdict.Admitted
}
