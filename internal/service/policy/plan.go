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

// validate refuses an invalid configuration, as far as its values are known before the plan.
func validate(ctx context.Context, c *change) {
	written := c.Config.content
	if written.Project.ValueString() == "" {
		// The provider's project is unknown here and only completes short names of attestors. The
		// plan checks again.
		written.Project = types.StringValue("providers-project")
	}
	refuseInvalid(ctx, c.Diags, &written)
	for _, pattern := range rulevalue.Texts(c.Config.AdmissionWhitelistPatterns) {
		guard.WarnOfPattern(c.Diags, path.Root(admission.FieldPatterns).AtSetValue(types.StringValue(pattern)), pattern)
	}
}

// refuseInvalid refuses a policy with errors, independent of the current policy.
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
	case same: // only settings of the provider change
		c.Model.Etag, c.Model.UpdateTime = c.Prior.Etag, c.Prior.UpdateTime
	default:
		c.Model.Etag, c.Model.UpdateTime = types.StringUnknown(), types.StringUnknown()
	}
	guarded.PlanWhole(ctx, c.Diags, now, after)
}

// keepGlobalMode keeps the current mode if the configuration has none.
func keepGlobalMode(c *change, now *gcp.Policy) {
	if c.Model.GlobalPolicyEvaluationMode.IsUnknown() && c.Config.GlobalPolicyEvaluationMode.IsNull() {
		c.Model.GlobalPolicyEvaluationMode = globalMode(now, types.StringNull())
	}
}

// guardOf guards the policy of a model, in a plan or in an apply.
func guardOf(ctx context.Context, c *change, m *model) guard.Policy {
	return guard.Policy{
		Clients: c.Clients, Walk: c.Walk, Project: m.Project.ValueString(), ID: m.ID.ValueString(), At: attributePath,
		Acknowledged: m.AcknowledgeLockout.ValueBool(), Requirements: m.mustAdmit(ctx, c.Diags),
		Gate: guard.GateOf(ctx, m.EnforcementGate, c.Diags),
	}
}

// planned is the policy before the plan's change: the state, or for a new resource the live policy.
// A live policy other than Google's default requires adopt_existing.
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

// notDefault describes the existing policy and the ways to manage it.
func notDefault(now *gcp.Policy, project string) string {
	return fmt.Sprintf(`projects/%[1]s/policy is not Google's default, and a create would overwrite it:

  %[2]s

To manage the existing policy, import it:

  import {
    to = binauthz_policy.NAME
    id = "projects/%[1]s/policy"
  }

To replace it with the configured policy, set adopt_existing = true; a destroy then restores the existing one.

If this is a terraform destroy and the policy is not in the state, there is nothing to destroy: add -refresh=false to plan no create.`,
		project, strings.Join(projectpolicy.Description(now), "\n  "))
}

// sameSettings compares the settings of the provider; the API has none of them.
func sameSettings(a, b *model) bool {
	return a.MustAdmit.Equal(b.MustAdmit) && a.MustAdmitIn.Equal(b.MustAdmitIn) && a.EnforcementGate.Equal(b.EnforcementGate) &&
		a.AdoptExisting.Equal(b.AdoptExisting) &&
		a.AcknowledgeLockout.Equal(b.AcknowledgeLockout) && a.DeletionPolicy.Equal(b.DeletionPolicy)
}
