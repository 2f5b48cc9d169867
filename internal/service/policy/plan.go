package policy

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

// validate refuses what the API would refuse, as far as it is known before the plan.
func validate(ctx context.Context, c *change) {
	written := c.Config.content
	if written.Project.ValueString() == "" {
		written.Project = types.StringValue("providers-project") // only known at plan, which looks again: short names of attestors are in it
	}
	refuseInvalid(ctx, c.Diags, &written)
	for _, pattern := range rulevalue.Texts(c.Config.AdmissionWhitelistPatterns) {
		guard.WarnOfPattern(c.Diags, path.Root(admission.FieldPatterns).AtSetValue(types.StringValue(pattern)), pattern)
	}
}

// refuseInvalid refuses what the API would refuse in a policy, whatever there is before it.
func refuseInvalid(ctx context.Context, diags *diag.Diagnostics, m *content) {
	wish := m.outlook(ctx, nil, diags)
	if diags.HasError() {
		return
	}
	for _, problem := range rulevalue.Problems(wish.Strict) {
		diags.AddAttributeError(attributePath(problem.Path), "Invalid policy", problem.Message)
	}
}

func plan(ctx context.Context, c *change) {
	lifecycle.PlanProject(c, func(m *model) *types.String { return &m.Project })
	c.Model.ID = types.StringUnknown()
	c.Model.complete(&c.Config.content)
	if c.Model.Project.IsUnknown() {
		guard.WarnOfUnchecked(c.Diags, "", []string{"everything"}, []string{"project"})
		return
	}
	project := c.Model.Project.ValueString()
	c.Model.ID = types.StringValue(projectpolicy.ID(project))
	if refuseInvalid(ctx, c.Diags, &c.Model.content); c.Diags.HasError() {
		return
	}
	now := planned(ctx, c, project)
	if now == nil {
		return
	}
	keepGlobalMode(c, now)
	after, guarded := c.Model.outlook(ctx, now, c.Diags), guardOf(ctx, c, c.Model)
	if c.Diags.HasError() {
		return
	}
	same := c.Prior != nil && len(c.Replace) == 0 && after.Known() && projectpolicy.Same(after.Strict, now)
	switch {
	case same && sameSettings(c.Model, c.Prior):
		c.KeepPrior()
		guarded.StandWhole(ctx, c.Diags, now)
		return
	case same: // only what is not sent is to be changed
		c.Model.Etag, c.Model.UpdateTime = c.Prior.Etag, c.Prior.UpdateTime
	default:
		c.Model.Etag, c.Model.UpdateTime = types.StringUnknown(), types.StringUnknown()
	}
	guarded.PlanWhole(ctx, c.Diags, now, after)
}

// keepGlobalMode keeps what the policy has where the configuration says nothing.
func keepGlobalMode(c *change, now *gcp.Policy) {
	if c.Model.GlobalPolicyEvaluationMode.IsUnknown() && c.Config.GlobalPolicyEvaluationMode.IsNull() {
		c.Model.GlobalPolicyEvaluationMode = globalMode(now, types.StringNull())
	}
}

// guardOf guards the policy of a model, in a plan or in an apply.
func guardOf(ctx context.Context, c *change, m *model) guard.Policy {
	return guard.Policy{
		Clients: c.Clients, Walk: c.Walk, Project: m.Project.ValueString(), ID: m.ID.ValueString(), At: attributePath,
		Acknowledged: m.AcknowledgeLockout.ValueBool(), Requirements: m.mustAdmit(ctx, c.Diags), Gate: guard.GateOf(ctx, m.EnforcementGate, c.Diags),
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
		guard.WarnOfUnconfigured(c.Diags, c.Model.ID.ValueString())
		return nil
	}
	now := guard.Live(ctx, c.Clients, project, c.Diags)
	if now == nil {
		return nil
	}
	c.Model.TakesOver = lifecycle.PlanTakeover(c.Model.AdoptExisting, takeover(now))
	if !projectpolicy.IsGoogleDefault(now) {
		lifecycle.WarnOfTakeover(c.Diags, c.Model.ID.ValueString(), c.Model.TakesOver)
		if !c.Model.AdoptExisting.ValueBool() && !c.Walk.Holds(c.Model.ID.ValueString()) {
			c.Diags.AddError("Project has a policy already", notDefault(now, project))
		}
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

To replace it with what is configured, set adopt_existing = true; a destroy then restores it.

If this is a terraform destroy and the policy is not in the state, there is nothing to destroy: add -refresh=false, which plans no create.`,
		project, strings.Join(projectpolicy.Description(now), "\n  "))
}

// sameSettings compares what is not sent.
func sameSettings(a, b *model) bool {
	return a.MustAdmit.Equal(b.MustAdmit) && a.MustAdmitIn.Equal(b.MustAdmitIn) && a.EnforcementGate.Equal(b.EnforcementGate) && a.AdoptExisting.Equal(b.AdoptExisting) &&
		a.AcknowledgeLockout.Equal(b.AcknowledgeLockout) && a.DeletionPolicy.Equal(b.DeletionPolicy)
}
