package admission

import (
	"fmt"
	"maps"
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// maxReferences is the maximum number of references to attestors in a policy
// (https://cloud.google.com/binary-authorization/quotas).
const maxReferences = 200

type checker struct {
	problems []Problem
	used     int // references to attestors
}

func (c *checker) add(at Path, format string, args ...any) {
	c.problems = append(c.problems, Problem{at, fmt.Sprintf(format, args...)})
}

func (c *checker) patterns(patterns []string) {
	seen := map[string]bool{}
	for i, s := range patterns {
		at := Path{Field: FieldPatterns}.element(i, s)
		if err := CheckPattern(s); err != nil {
			c.add(at, "%s.", err)
		}
		if seen[s] {
			c.add(at, "The allowlist pattern %q is listed twice.", s)
		}
		seen[s] = true
	}
}

func (c *checker) maps(rules map[Scope]map[string]Rule) {
	used := Scope("")
	for _, scope := range Scopes() {
		if len(rules[scope]) == 0 {
			continue
		}
		if used != "" {
			c.add(Path{Field: string(scope), Index: -1},
				"A policy can have one kind of rules besides the default rule; this one has %s and %s.", used, scope)
		}
		used = scope
		c.rules(scope, rules[scope])
	}
}

func (c *checker) rules(scope Scope, rules map[string]Rule) {
	seen := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(rules)) {
		at := ruleAt(scope, key)
		if err := CheckKey(scope, key); err != nil {
			c.add(at, "%s.", err)
		}
		if other, ok := seen[CanonicalKey(scope, key)]; ok {
			c.add(at, "%q and %q are the same identity.", other, key)
		}
		seen[CanonicalKey(scope, key)] = key
		c.rule(at, rules[key])
	}
}

func (c *checker) rule(at Path, r Rule) {
	c.evaluation(at, r)
	if r.Enforcement != Enforced && r.Enforcement != DryRun {
		c.add(at.at(FieldEnforcement), "The enforcement mode must be %s or %s, not %q.", Enforced, DryRun, r.Enforcement)
	}
	c.attestors(at.at(FieldAttestors), r.Attestors)
}

func (c *checker) evaluation(at Path, r Rule) {
	switch r.Evaluation {
	case AlwaysAllow, AlwaysDeny:
		if len(r.Attestors) > 0 {
			c.add(at.at(FieldAttestors),
				"Attestors are allowed only with the evaluation mode %s; it is %s.", RequireAttestation, r.Evaluation)
		}
	case RequireAttestation:
		if len(r.Attestors) == 0 {
			c.add(at.at(FieldAttestors), "The evaluation mode %s requires at least one attestor.", RequireAttestation)
		}
	default:
		c.add(at.at(FieldEvaluation),
			"The evaluation mode must be %s, %s or %s, not %q.", AlwaysAllow, RequireAttestation, AlwaysDeny, r.Evaluation)
	}
}

func (c *checker) attestors(at Path, names []string) {
	c.used += len(names)
	seen := map[string]bool{}
	for i, name := range names {
		a, err := resname.ParseAttestor(name, "")
		switch {
		case err != nil:
			c.add(at.element(i, name), "%s.", err)
		case a.String() != name:
			c.add(at.element(i, name), "%q is not the full name of an attestor: want %q.", name, a)
		case seen[name]:
			c.add(at.element(i, name), "The attestor %q is listed twice.", name)
		}
		seen[name] = true
	}
}

func (c *checker) references() {
	if c.used > maxReferences {
		c.add(Path{Index: -1}, "A policy can have at most %d references to attestors; this one has %d.", maxReferences, c.used)
	}
}
