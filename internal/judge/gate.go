package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Turn is a change from dry run, or from no enforcement at all, to enforcement, for the workloads of one rule.
type Turn struct {
	// Path is the rule of these workloads, before or after the change: one that is removed leaves them to the default rule.
	Path admission.Path
	// Untried is why a dry run says nothing about what comes: "" if it does.
	Untried string

	was, is  admission.Policy
	from, to admission.Path
}

// Concerns says whether a workload is, or could be, one of the turn's.
func (t Turn) Concerns(r admission.Request) bool {
	return slices.Contains(t.was.Deciding(r), t.from) && slices.Contains(t.is.Deciding(r), t.to)
}

// Decides says whether the rule that is to be enforced decides, or could decide, on a workload after the change.
func (t Turn) Decides(r admission.Request) bool { return slices.Contains(t.is.Deciding(r), t.to) }

// Exemptions are the patterns by which a policy exempts images at a location, those of Google's system policy too if it counts. A pod whose
// images are all exempt passes every dry run.
func Exemptions(p *Policy, location string, e Evidence) []string {
	rules := projectpolicy.Rules(p)
	if !rules.GlobalEvaluation {
		return rules.Patterns
	}
	system, _ := e.System(region(location))
	return append(slices.Clone(rules.Patterns), system.Patterns...)
}

// Turns are those of a change. rule is the one that the change is about, before or after it; nil for all of the policy.
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
		return "no dry run has tried it: these workloads have a rule that admits everything"
	case !old.Covers(next):
		return "the dry run has tried another rule: " + summary(old)
	case was.GlobalEvaluation && !is.GlobalEvaluation:
		return "the dry run exempted what Google's system policy exempts"
	}
	for _, pattern := range was.Patterns {
		if !slices.Contains(is.Patterns, pattern) {
			return fmt.Sprintf("the dry run exempted %q", pattern)
		}
	}
	return ""
}

func summary(r admission.Rule) string {
	if len(r.Attestors) == 0 {
		return string(r.Evaluation)
	}
	return string(r.Evaluation) + " by " + strings.Join(r.Attestors, ", ")
}

// StillRefused says whether a policy would enforce the refusal of what a dry run let pass, by the attestations that exist: those that the
// same run makes do not count, nor does what cannot be told. reason is that of the policy.
func StillRefused(after *Policy, r admission.Request, e Evidence) (reason string, refused bool) {
	verdict := Evaluate(after, r, e)
	return verdict.Reason, !verdict.Admitted
}
