package cel_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/cel"
)

// The function has the type required by the evaluator.
var _ = conformance.Evaluator{Constraint: cel.Holds}

const statement = `{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1", "not-a-name": 1, ` +
	`"payload": "x",
	"predicate": {"buildDefinition": {"externalParameters": {"substitutions": {"_ENV": "prod"}}, "count": 3}}}`

func TestHolds(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]bool{
		`true`: true,
		`predicateType == "https://slsa.dev/provenance/v1"`:                            true,
		`payload.predicateType == predicateType`:                                       true,
		`_type.endsWith("/v1")`:                                                        true,
		`predicate.buildDefinition.externalParameters.substitutions._ENV == "staging"`: false,
		`has(predicate.buildDefinition.internalParameters)`:                            false,
		`predicate.buildDefinition.count == 3`:                                         true,
		`payload["not-a-name"] == 1`:                                                   true,
	} {
		if got, err := cel.Holds(expression, []byte(statement)); err != nil || got != want {
			t.Errorf("%s: %v, %v", expression, got, err)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ expression, payload, want string }{
		"nothing":        {"", statement, "empty"},
		"no expression":  {"payload.", statement, "not valid"},
		"no variable":    {"subject == 1", statement, "not valid"},
		"no field":       {"predicate.absent == 1", statement, "cannot be evaluated"},
		"no truth value": {"predicateType", statement, "not true or false"},
		"no JSON":        {"true", "{", "no JSON object"},
		"no object":      {"true", "[]", "no JSON object"},
		"too much": {
			"[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, " +
				"[1,2,3,4,5,6,7,8,9,10].all(e, [1,2,3,4,5,6,7,8,9,10].all(f, a+b+c+d+e+f > 0))))))",
			statement,
			"cannot be evaluated",
		},
	} {
		if _, err := cel.Holds(c.expression, []byte(c.payload)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
