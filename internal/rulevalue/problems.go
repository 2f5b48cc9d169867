package rulevalue

import (
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Problems are the reasons for the API to refuse a policy, except invalid modes: the schema refuses
// those with the configured value.
func Problems(p *judge.Policy) []admission.Problem {
	return slices.DeleteFunc(projectpolicy.Rules(p).Check(), func(problem admission.Problem) bool {
		return problem.Path.Attribute == admission.FieldEvaluation || problem.Path.Attribute == admission.FieldEnforcement
	})
}
