package admission

import (
	"fmt"
	"strings"
)

// Names of the fields of a policy and a rule that a Path can name besides those of Scope.
const (
	FieldPatterns    = "admission_whitelist_patterns"
	FieldGlobal      = "global_policy_evaluation_mode"
	FieldEvaluation  = "evaluation_mode"
	FieldEnforcement = "enforcement_mode"
	FieldAttestors   = "require_attestations_by"
)

// Path says where in a policy something is, in the API's names in snake_case.
type Path struct {
	Field     string // of the policy: FieldPatterns, FieldGlobal, or the text of a Scope
	Key       string // of the rule map; meaningful when Field is one of Scopes and the path is not about the map as a whole
	Attribute string // of the rule: FieldEvaluation, FieldEnforcement, FieldAttestors; empty for the whole
	Value     string // of the element of a list, for callers that hold it as a set
	Index     int    // of the element of a list; -1 when the path does not end in one
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

// Rule is the text of the rule that the path is in.
func (p Path) Rule() string {
	p.Attribute, p.Index = "", -1
	return p.String()
}

// String is the path as messages and verdicts show it, such as cluster_admission_rules["us-central1.prod"].evaluation_mode.
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
