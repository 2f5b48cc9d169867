package projectpolicy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Target is one rule of a policy: its scope and its key there. The default rule has no key.
type Target struct {
	Scope admission.Scope
	Key   string
}

// Default is the target of the default rule.
var Default = Target{Scope: admission.ScopeDefault}

// String is the end of the rule's id: "default", or "cluster/us-central1.dev". It is the same for
// both spellings of a service identity.
func (t Target) String() string {
	if t.Scope == admission.ScopeDefault {
		return defaultRule
	}
	return ScopeAttributes()[t.Scope] + "/" + admission.CanonicalKey(t.Scope, t.Key)
}

// ParseTarget reads the result of String, and a service identity with its prefix. A key can contain
// slashes.
func ParseTarget(s string) (Target, error) {
	if s == defaultRule {
		return Default, nil
	}
	name, key, _ := strings.Cut(s, "/")
	for _, scope := range scopes {
		if scope.attribute == name && key != "" {
			return Target{scope.of, key}, admission.CheckKey(scope.of, key)
		}
	}
	return Target{}, fmt.Errorf(`%q is not a rule: want "default", "cluster/{location}.{cluster}", "kubernetes_namespace/{namespace}", `+
		`"kubernetes_service_account/{namespace}:{account}" or "istio_service_identity/{identity}"`, s)
}

// Is reports whether an admission path leads to the rule.
func (t Target) Is(p admission.Path) bool {
	return p.Field == string(t.Scope) && t.hasKey(p.Key)
}

// In is the rule in a policy, nil for none. A service identity is found with and without its
// prefix.
func (t Target) In(p *Policy) *Rule {
	if p == nil {
		return nil
	}
	if t.Scope == admission.ScopeDefault {
		return p.GetDefaultAdmissionRule()
	}
	rules := t.rules(p)
	return (*rules)[t.written(*rules)]
}

// Put sets the rule in a policy; nil removes it.
func (t Target) Put(p *Policy, rule *Rule) {
	if t.Scope == admission.ScopeDefault {
		p.DefaultAdmissionRule = rule
		return
	}
	rules := t.rules(p)
	switch key := t.written(*rules); {
	case rule == nil:
		delete(*rules, key)
	case *rules == nil:
		*rules = map[string]*Rule{key: rule}
	default:
		(*rules)[key] = rule
	}
}

// written is the key of the rule as spelled in the policy, else the target's own.
func (t Target) written(rules map[string]*Rule) string {
	if t.Scope != admission.ScopeIstioIdentity {
		return t.Key
	}
	for key := range rules {
		if t.hasKey(key) {
			return key
		}
	}
	return t.Key
}

func (t Target) hasKey(key string) bool {
	return admission.CanonicalKey(t.Scope, key) == admission.CanonicalKey(t.Scope, t.Key)
}

// Written is the target with its key as spelled in the policy.
func (t Target) Written(p *Policy) Target {
	return Target{t.Scope, t.written(*t.rules(p))}
}

func (t Target) rules(p *Policy) *map[string]*Rule {
	for _, scope := range scopes {
		if scope.of == t.Scope {
			return scope.rules(p)
		}
	}
	return new(map[string]*Rule)
}

// ID is the full name of a project's policy: "projects/{project}/policy".
func ID(project string) string { return resname.Policy{Project: project}.String() }

// RuleID is the full name of a rule: "projects/{project}/policy/{target}".
func RuleID(project string, t Target) string { return ID(project) + "/" + t.String() }

// ParseRuleID reads the result of RuleID, and a service identity with its prefix.
func ParseRuleID(id string) (project string, t Target, err error) {
	rest, full := strings.CutPrefix(id, "projects/")
	project, rule, found := strings.Cut(rest, "/policy/")
	if !full || !found {
		return "", t, fmt.Errorf("%q is not the name of a rule: want projects/{project}/policy/{rule}", id)
	}
	t, err = ParseTarget(rule)
	return project, t, err
}

// CanonicalID is the result of RuleID for the id of a rule with a service identity in any spelling.
// Other texts stay as they are.
func CanonicalID(id string) string {
	if project, t, err := ParseRuleID(id); err == nil {
		return RuleID(project, t)
	}
	return id
}

// PatternsOf is the text between policy and pattern in the id of a pattern.
const PatternsOf = "/" + admission.FieldPatterns + "/"

// PatternID is the full name of a pattern:
// "projects/{project}/policy/admission_whitelist_patterns/{pattern}".
func PatternID(project, pattern string) string { return ID(project) + PatternsOf + pattern }

// Subject is the object of an admission path, in the form of the ids of rules and patterns, for a
// whole policy and for parts.
func Subject(project string, p admission.Path) string {
	switch p.Field {
	case admission.FieldPatterns:
		return PatternID(project, p.Value)
	case admission.FieldGlobal:
		return ID(project) + "/" + p.Field
	}
	id := RuleID(project, Target{admission.Scope(p.Field), p.Key})
	if p.Attribute == admission.FieldAttestors {
		id += ", " + p.Value
	}
	return id
}

// Has reports whether a policy has the rule or pattern with an id.
func Has(p *Policy, project, id string) bool {
	if pattern, ok := strings.CutPrefix(id, ID(project)+PatternsOf); ok {
		return slices.Contains(Patterns(p), pattern)
	}
	rule, ok := strings.CutPrefix(id, ID(project)+"/")
	t, err := ParseTarget(rule)
	return ok && err == nil && t.In(p) != nil
}
