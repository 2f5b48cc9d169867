package policy

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// validate refuses what the API would refuse, as far as it is known before the plan.
func validate(ctx context.Context, c *change) {
	written := c.Config.content
	if written.Project.ValueString() == "" {
		written.Project = types.StringValue("providers-project") // only known at plan, which looks again: short names of attestors are in it
	}
	refuseInvalid(ctx, c.Diags, &written)
}

// refuseInvalid refuses what the API would refuse in a policy, whatever there is before it.
func refuseInvalid(ctx context.Context, diags *diag.Diagnostics, m *content) {
	wish := m.outlook(ctx, nil, diags)
	if diags.HasError() {
		return
	}
	for _, problem := range gcp.Rules(wish.strict).Check() {
		diags.AddAttributeError(attributePath(problem.Path), "Invalid policy", problem.Message)
	}
}

func plan(ctx context.Context, c *change) {
	lifecycle.PlanProject(c, func(m *model) *types.String { return &m.Project })
	c.Model.ID = types.StringUnknown()
	if c.Model.Project.IsUnknown() {
		warnOfOpen(c.Diags, "", []string{"everything"}, []string{"project"})
		return
	}
	project := c.Model.Project.ValueString()
	c.Model.ID = types.StringValue(resname.Policy{Project: project}.String())
	if refuseInvalid(ctx, c.Diags, &c.Model.content); c.Diags.HasError() {
		return
	}
	claim(c.Clients, c.Diags, project, gcp.Whole)
	now := planned(ctx, c, project)
	if now == nil {
		return
	}
	if c.Model.GlobalPolicyEvaluationMode.IsUnknown() && c.Config.GlobalPolicyEvaluationMode.IsNull() {
		c.Model.GlobalPolicyEvaluationMode = globalMode(now, types.StringNull())
	}
	after, judgement := c.Model.outlook(ctx, now, c.Diags), wholeJudgement(ctx, c)
	if c.Diags.HasError() {
		return
	}
	if c.Prior != nil && len(c.Replace) == 0 && after.known() && same(after.strict, now) && sameSettings(c.Model, c.Prior) {
		c.KeepPrior()
		judgement.stand(ctx, c.Diags, now)
		return
	}
	judgement.plan(ctx, c.Diags, now, after)
}

// wholeJudgement judges the policy as a whole, in a plan or in an apply.
func wholeJudgement(ctx context.Context, c *change) judgement {
	return judgement{
		clients: c.Clients, project: c.Model.Project.ValueString(), id: c.Model.ID.ValueString(), at: attributePath,
		acknowledged: c.Model.AcknowledgeLockout.ValueBool(), requirements: c.Model.mustAdmit(ctx, c.Diags),
	}
}

// planned is the policy that the plan starts from: the state, or when the resource is new what the project has, which it
// refuses to take over unless nobody's decisions are in it.
func planned(ctx context.Context, c *change, project string) *gcp.Policy {
	if c.Prior != nil && len(c.Replace) == 0 {
		now, _ := c.Prior.toAPI(ctx, c.Diags)
		c.Model.TakesOver = c.Prior.TakesOver
		return now
	}
	if c.Clients.Unconfigured() {
		warnOfUnconfigured(c.Diags, c.Model.ID.ValueString())
		return nil
	}
	now := livePolicy(ctx, c.Clients, project, c.Diags)
	if now == nil {
		return nil
	}
	old := c.Old(c.Model.ID.ValueString())
	c.Model.TakesOver = planTakeover(c.Model.AdoptExisting, old != nil, wholeTakeover(now))
	if !isGoogleDefault(now) {
		warnOfTakeover(c.Diags, c.Model.ID.ValueString(), c.Model.TakesOver)
	}
	switch {
	case old != nil:
		planReplacement(ctx, c, old, now)
	case !isGoogleDefault(now) && !c.Model.AdoptExisting.ValueBool():
		c.Diags.AddError("Project has a policy already", notDefault(now, project))
	}
	return now
}

// notDefault says what is there and how to go on.
func notDefault(now *gcp.Policy, project string) string {
	return fmt.Sprintf(`projects/%[1]s/policy is not Google's default, and a create would overwrite it:

  %[2]s

To manage what is there, import it:

  import {
    to = binauthz_policy.NAME
    id = "projects/%[1]s/policy"
  }

To replace it with what is configured, set adopt_existing = true; a destroy then restores it.`,
		project, strings.Join(descriptionOf(now), "\n  "))
}

// sameSettings compares what is not sent.
func sameSettings(a, b *model) bool {
	return a.MustAdmit.Equal(b.MustAdmit) && a.MustAdmitIn.Equal(b.MustAdmitIn) && a.AdoptExisting.Equal(b.AdoptExisting) &&
		a.AcknowledgeLockout.Equal(b.AcknowledgeLockout) && a.DeletionPolicy.Equal(b.DeletionPolicy)
}
