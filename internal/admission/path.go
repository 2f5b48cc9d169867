package admission

import (
	"fmt"
	"strings"
)

// Names of fields of a policy and a rule in a Path, in addition to those of Scope.
const (
	FieldPatterns    = "admission_whitelist_patterns"
	FieldGlobal      = "global_policy_evaluation_mode"
	FieldEvaluation  = "evaluation_mode"
	FieldEnforcement = "enforcement_mode"
	FieldAttestors   = "require_attestations_by"
)

// Path is a position in a policy, with the API's field names in snake_case.
type Path struct {
	Field     string // of the policy: FieldPatterns, FieldGlobal, or the text of a Scope
	Key       string // of the rule map, if Field is one of Scopes; empty for the whole map
	Attribute string // of the rule: FieldEvaluation, FieldEnforcement, FieldAttestors; empty for the whole rule
	Value     string // of a list element, for callers with a set
	Index     int    // of a list element, -1 for none
}

func ruleAt(scope Scope, key string) Path { return Path{Field: string(scope), Key: key, Index: -1} }

func (p Path) at(attribute string) Path {
	p.Attribute = attribute
	return p
}

func (p Path) element(i int, value string) Path {
	p.Index, p.Value = i, value
	return p
}

// Rule is the text of the rule in the path.
func (p Path) Rule() string {
	p.Attribute, p.Index = "", -1
	return p.String()
}

// String is the path in messages and verdicts, such as
// cluster_admission_rules["us-central1.prod"].evaluation_mode.
func (p Path) String() string {
	var b strings.Builder
	b.WriteString(p.Field)
	if p.Key != "" {
		fmt.Fprintf(&b, "[%q]", p.Key)
	}
	if p.Attribute != "" {
		b.WriteString("." + p.Attribute)
	}
	if p.Index >= 0 {
		fmt.Fprintf(&b, "[%d]", p.Index)
	}
	return b.String()
}
