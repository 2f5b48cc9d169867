package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// Meanwhile runs between a plan and its apply, as one of a step's PreApply checks.
type Meanwhile func()

// CheckPlan implements plancheck.PlanCheck.
func (m Meanwhile) CheckPlan(context.Context, plancheck.CheckPlanRequest, *plancheck.CheckPlanResponse) {
	m()
}
