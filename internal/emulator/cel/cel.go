// Package cel evaluates the custom constraints of SLSA checks: expressions in CEL (https://cel.dev)
// on the payload of a provenance.
//
// Google documents the language but not the names of the variables. The names here are this
// emulator's: payload is the whole statement, and each of its fields, such as predicateType and
// predicate, is a variable. An expression for the service may need other names. So the provider
// does not evaluate constraints and does not link this package. It adds 6 MB.
package cel

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"cel.dev/cel-go/cel"
)

// whole is the variable of the whole statement.
const whole = "payload"

// mostSteps limits the cost of one evaluation.
const mostSteps = 1_000_000

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Holds reports whether a statement, a JSON object, satisfies an expression. Errors: no JSON
// object, an invalid expression, a field missing from the statement, a result that is no boolean.
func Holds(expression string, payload []byte) (bool, error) {
	var statement map[string]any
	if err := json.Unmarshal(payload, &statement); err != nil {
		return false, fmt.Errorf("the payload is no JSON object: %w", err)
	}
	variables, options := map[string]any{whole: statement}, []cel.EnvOption{cel.Variable(whole, cel.DynType)}
	for name, value := range statement {
		if name != whole && identifier.MatchString(name) {
			variables[name], options = value, append(options, cel.Variable(name, cel.DynType))
		}
	}
	program, err := compiled(expression, options)
	if err != nil {
		return false, err
	}
	out, _, err := program.Eval(variables)
	if err != nil {
		return false, fmt.Errorf("the expression cannot be evaluated: %w", err)
	}
	holds, ok := out.Value().(bool)
	if !ok {
		return false, fmt.Errorf("the expression gives a value of type %s, not true or false", out.Type().TypeName())
	}
	return holds, nil
}

func compiled(expression string, options []cel.EnvOption) (cel.Program, error) {
	if expression == "" {
		return nil, errors.New("the expression is empty")
	}
	environment, err := cel.NewEnv(options...)
	if err != nil {
		return nil, fmt.Errorf("the payload has a field that no variable can have: %w", err)
	}
	ast, issues := environment.Compile(expression)
	if issues.Err() != nil {
		return nil, fmt.Errorf("the expression is not valid: %w", issues.Err())
	}
	program, err := environment.Program(ast, cel.CostLimit(mostSteps))
	if err != nil {
		return nil, fmt.Errorf("the expression is not valid: %w", err)
	}
	return program, nil
}
