package allowpolicy

import (
	"encoding/json"
	"errors"
	"fmt"

	"google.golang.org/genproto/googleapis/type/expr"
)

// Condition limits a binding. Two different conditions with one title are two. The zero value is no
// condition.
type Condition struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Expression  string `json:"expression"`
}

// ConditionOf converts the API's message; nil means no condition.
func ConditionOf(e *expr.Expr) Condition {
	return Condition{Title: e.GetTitle(), Description: e.GetDescription(), Expression: e.GetExpression()}
}

// Expr returns the API's message, nil for no condition.
func (c Condition) Expr() *expr.Expr {
	if c == (Condition{}) {
		return nil
	}
	return &expr.Expr{Title: c.Title, Description: c.Description, Expression: c.Expression}
}

// String returns the whole condition as JSON, "" for none.
func (c Condition) String() string {
	if c == (Condition{}) {
		return ""
	}
	return encode(c)
}

// ParseCondition parses the output of String.
func ParseCondition(text string) (Condition, error) {
	var c Condition
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return c, fmt.Errorf("%q is not a condition as JSON: %w", text, err)
	}
	if c.Title == "" || c.Expression == "" {
		return c, errors.New("a condition needs a title and an expression")
	}
	return c, nil
}

// basicRoles cannot be granted under a condition.
var basicRoles = map[string]bool{"roles/owner": true, "roles/editor": true, "roles/viewer": true}

// CheckConditional returns an error if a role cannot be granted to a member under a condition. It
// ignores an empty member. Source:
// https://cloud.google.com/iam/docs/conditions-overview#limitations.
func CheckConditional(role, member string, c Condition) error {
	switch {
	case c == (Condition{}):
		return nil
	case basicRoles[role]:
		return fmt.Errorf("%s is a basic role and cannot be granted under a condition. Grant a role of the service instead", role)
	case IsPublic(member):
		return fmt.Errorf("%s cannot have a role under a condition", member)
	}
	return nil
}
