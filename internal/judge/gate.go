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

	classes admission.Policy
}

// Concerns says whether a workload is one of the turn's.
func (t Turn) Concerns(r admission.Request) bool {
	return slices.ContainsFunc(t.classes.Deciding(r), func(p admission.Path) bool { return p == t.Path })
}

// Turns are those of a change. rule is nil for all of the policy.
func Turns(before, after *Policy, rule *projectpolicy.Target) (turns []Turn) {
	was, is := projectpolicy.Rules(before), projectpolicy.Rules(after)
	classes := union(was, is)
	for _, path := range classes.Paths() {
		if rule != nil && !rule.Is(path) {
			continue
		}
		old, next := ruleOf(was, path), ruleOf(is, path)
		if enforces(next) && !enforces(old) {
			turns = append(turns, Turn{Path: path, Untried: untried(was, is, old, next), classes: classes})
		}
	}
	return turns
}

func enforces(r admission.Rule) bool { return r.Asks() && r.Enforcement != admission.DryRun }

// union has a rule for whatever one of the two has a rule for.
func union(a, b admission.Policy) admission.Policy {
	all := admission.Policy{Rules: map[admission.Scope]map[string]admission.Rule{}}
	for _, policy := range []admission.Policy{a, b} {
		for scope, rules := range policy.Rules {
			for key := range rules {
				if all.Rules[scope] == nil {
					all.Rules[scope] = map[string]admission.Rule{}
				}
				all.Rules[scope][admission.CanonicalKey(scope, key)] = admission.Rule{}
			}
		}
	}
	return all
}

// ruleOf is the rule for the workloads of a path.
func ruleOf(p admission.Policy, at admission.Path) admission.Rule {
	for key, rule := range p.Rules[admission.Scope(at.Field)] {
		if admission.CanonicalKey(admission.Scope(at.Field), key) == at.Key {
			return rule
		}
	}
	return p.Default
}

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
// same run makes do not count. reason is that of the policy.
func StillRefused(after *Policy, r admission.Request, e Evidence) (reason string, refused bool) {
	q := ask(e, false)
	q.running = true
	verdict := q.evaluate(after, r)
	return verdict.Reason, !verdict.Admitted
}
