package rulevalue

import (
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Problems are what the API would refuse in a policy, but for its modes: the schema has refused a mode that is none, with the value that
// the user wrote.
func Problems(p *judge.Policy) []admission.Problem {
	return slices.DeleteFunc(projectpolicy.Rules(p).Check(), func(problem admission.Problem) bool {
		return problem.Path.Attribute == admission.FieldEvaluation || problem.Path.Attribute == admission.FieldEnforcement
	})
}
