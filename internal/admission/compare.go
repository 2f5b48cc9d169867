package admission

import (
	"cmp"
	"fmt"
	"slices"
)

type comparison struct {
	before, after Policy
	found         []Weakening
	seen          map[string]bool
}

func (c *comparison) weakenings() []Weakening {
	c.rules()
	if c.before.strict() {
		c.patterns()
		c.global()
	}
	slices.SortStableFunc(c.found, byPath)
	return c.found
}

func byPath(a, b Weakening) int {
	return cmp.Or(cmp.Compare(a.Path.Field, b.Path.Field), cmp.Compare(a.Path.Key, b.Path.Key),
		cmp.Compare(a.Path.Attribute, b.Path.Attribute), cmp.Compare(a.Path.Index, b.Path.Index), cmp.Compare(a.Code, b.Code))
}

// strict reports whether a rule can refuse or log an image. Otherwise, no policy is weaker.
func (p Policy) strict() bool {
	if p.Default.failing() != admitted {
		return true
	}
	for _, rules := range p.Rules {
		for _, r := range rules {
			if r.failing() != admitted {
				return true
			}
		}
	}
	return false
}

func (c *comparison) add(code string, at Path, format string, args ...any) {
	id := code + at.String() + at.Value
	if c.seen[id] {
		return
	}
	c.seen[id] = true
	c.found = append(c.found, Weakening{code, at, fmt.Sprintf(format, args...)})
}

// rules compares the applicable rules of both policies for one workload of every sort.
func (c *comparison) rules() {
	for _, w := range sorts(c.before, c.after) {
		for _, b := range c.before.applicable(w) {
			for _, a := range c.after.applicable(w) {
				c.rule(b, a)
			}
		}
	}
}

func (c *comparison) rule(before, after applicable) {
	changes := weaker(before.rule, after.rule)
	if len(changes) == 0 {
		return
	}
	if scope := Scope(before.at.Field); scope != ScopeDefault && !c.after.has(scope, before.at.Key) {
		c.add(RuleRemoved, before.at, "The rule %s is removed, and the weaker %s applies instead.", before.at, after.at)
		return
	}
	for _, ch := range changes {
		c.change(ch, before.at, after.at)
	}
}

// has reports whether the policy has a rule, in either spelling of its key.
func (p Policy) has(scope Scope, key string) bool {
	return len(p.exact(scope, CanonicalKey(scope, key))) > 0
}

func (c *comparison) change(ch change, before, after Path) {
	instead := ""
	if before.String() != after.String() {
		instead = fmt.Sprintf(" (%s applied before)", before)
	}
	switch ch.code {
	case EnforcementToDryRun:
		c.add(ch.code, after.at(FieldEnforcement),
			"Enforcement is weakened: %s only logs violations instead of blocking them%s.", after, instead)
	case EvaluationToAlwaysAllow:
		c.add(ch.code, after.at(FieldEvaluation), "Evaluation is weakened: %s admits every image%s.", after, instead)
	case EvaluationToRequireAttestation:
		c.add(ch.code, after.at(FieldEvaluation),
			"Evaluation is weakened: %s admits attested images; before, every image was denied%s.", after, instead)
	case AttestorRemoved:
		at := after.at(FieldAttestors)
		at.Value = ch.attestor
		c.add(ch.code, at, "Evaluation is weakened: %s no longer requires %s%s.", after, ch.attestor, instead)
	}
}

func (c *comparison) patterns() {
	old, same := parsePatterns(c.before.Patterns), map[string]bool{}
	for _, s := range c.before.Patterns {
		same[s] = true
	}
	for i, p := range parsePatterns(c.after.Patterns) {
		s := c.after.Patterns[i]
		if !same[s] && !slices.ContainsFunc(old, func(q pattern) bool { return q.covers(p) }) {
			c.pattern(Path{Field: FieldPatterns}.element(i, s), slices.IndexFunc(old, p.covers))
		}
	}
}

// pattern reports a new pattern. narrower is the index of an earlier pattern covered by it, or -1.
func (c *comparison) pattern(at Path, narrower int) {
	if narrower >= 0 {
		c.add(PatternWidened, at, "The allowlist is widened: %s exempts more images than %s did.", at.Value, c.before.Patterns[narrower])
	} else {
		c.add(PatternAdded, at, "The allowlist is widened: %s exempts more images.", at.Value)
	}
}

func (c *comparison) global() {
	if c.after.GlobalEvaluation && !c.before.GlobalEvaluation {
		c.add(GlobalPolicyEnabled, Path{Field: FieldGlobal, Index: -1}, "The images maintained by Google for GKE become exempt from the "+
			"policy.")
	}
}
