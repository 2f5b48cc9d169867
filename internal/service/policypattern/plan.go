package policypattern

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

func validate(_ context.Context, c *change) {
	guard.RefuseNeeds(c.Diags, c.Config.Needs, types.StringNull(), "")
	if c.Config.Pattern.IsUnknown() {
		return
	}
	if err := admission.CheckPattern(c.Config.Pattern.ValueString()); err != nil {
		c.Diags.AddAttributeError(path.Root("pattern"), "Invalid pattern", err.Error())
	}
	guard.WarnOfPattern(c.Diags, path.Root("pattern"), c.Config.Pattern.ValueString())
}

func plan(ctx context.Context, c *change) {
	lifecycle.PlanProject(c, func(m *model) *types.String { return &m.Project })
	c.Model.ID = types.StringUnknown()
	if c.Model.Project.IsUnknown() {
		guard.WarnOfUnchecked(c.Diags, "", []string{"everything"}, []string{"project"})
		return
	}
	project := c.Model.Project.ValueString()
	if !c.Model.Pattern.IsUnknown() {
		c.Model.ID = types.StringValue(projectpolicy.PatternID(project, c.Model.Pattern.ValueString()))
	}
	guard.RefuseNeeds(c.Diags, c.Model.Needs, c.Model.ID, project)
	if c.Clients.Unconfigured() {
		guard.WarnOfUnconfigured(c.Diags, c.Model.ID.ValueString())
		return
	}
	now := guard.Live(ctx, c.Clients, project, c.Diags)
	if now == nil {
		return
	}
	if c.Prior != nil && c.Prior.ID.Equal(c.Model.ID) {
		guardOf(c, c.Model).StandPart(ctx, c.Diags, now, added(c, project))
		return
	}
	refuseTaken(c, now)
	part := added(c, project)
	guardOf(c, c.Model).PlanPart(ctx, c.Diags, now, part)
	if c.Prior != nil && c.Prior.Project.ValueString() == project {
		planReplacement(ctx, c, now, part)
	}
}

// planReplacement judges the removal of the old pattern together with the new pattern. It warns if
// the policy locks out without both: the provider does not know the order of create and destroy.
func planReplacement(ctx context.Context, c *change, now *judge.Policy, comes judge.Part) {
	leaves := removed(c.Prior)
	between := judge.World{Live: now, Evidence: guard.Now(ctx, c.Clients)}
	for _, f := range between.Judge(leaves) {
		if f.Severity == judge.Refused {
			c.Diags.AddAttributeWarning(path.Root("pattern"),
				lifecycle.About("Policy locks out while the pattern is replaced", c.Prior.ID.ValueString()),
				"The images of the old pattern are required. If it is removed before the new pattern is added, the apply refuses the "+
					"removal. Set create_before_destroy = true in the lifecycle block of this resource.")
			break
		}
	}
	leaves.Needs = append(leaves.Needs, comes.ID)
	guardOf(c, c.Prior).RemovePart(ctx, c.Diags, now, leaves)
}

// refuseTaken refuses the create of an existing pattern during the plan.
func refuseTaken(c *change, now *judge.Policy) {
	id := c.Model.ID.ValueString()
	if c.Prior == nil && !c.Walk.Holds(id) && slices.Contains(projectpolicy.Patterns(now), c.Model.Pattern.ValueString()) {
		c.Diags.AddAttributeError(path.Root("pattern"), "Policy has the pattern already",
			lifecycle.ExistsAlready("binauthz_policy_allowlist_pattern", id))
	}
}

// guardOf guards the pattern of a model, in a plan or in an apply.
func guardOf(c *change, m *model) guard.Policy {
	return guard.Policy{
		Clients: c.Clients, Walk: c.Walk, Project: m.Project.ValueString(), ID: m.ID.ValueString(),
		Acknowledged: m.AcknowledgeLockout.ValueBool(),
		At:           func(admission.Path) path.Path { return path.Root("pattern") },
	}
}

// added is the create of a pattern. An unknown pattern could exempt any image.
func added(c *change, project string) judge.Part {
	needs, open := rulevalue.Needed(c.Model.Needs), !lifecycle.KnownElements(c.Model.Needs)
	if c.Model.Pattern.IsUnknown() {
		return judge.Part{
			ID:           projectpolicy.PatternID(project, ""),
			Needs:        needs,
			NeedsUnknown: open,
			Exempts:      true,
			Last:         true,
			Acknowledged: c.Model.AcknowledgeLockout.ValueBool(),
			Unknown:      []string{"pattern of a binauthz_policy_allowlist_pattern"},
			Apply: func(p *judge.Policy, lenient bool) {
				if lenient {
					judge.AdmitAll(p)
				}
			},
		}
	}
	pattern := c.Model.Pattern.ValueString()
	return judge.Part{
		ID:           c.Model.ID.ValueString(),
		Needs:        needs,
		NeedsUnknown: open,
		Exempts:      true,
		Acknowledged: c.Model.AcknowledgeLockout.ValueBool(),
		Apply:        func(p *judge.Policy, _ bool) { projectpolicy.AddPattern(p, pattern) },
	}
}

// removed is the destroy of a pattern.
func removed(m *model) judge.Part {
	pattern := m.Pattern.ValueString()
	return judge.Part{
		ID:           m.ID.ValueString(),
		Needs:        rulevalue.Needed(m.Needs),
		Leaves:       true,
		Exempts:      true,
		Acknowledged: m.AcknowledgeLockout.ValueBool(),
		Apply:        func(p *judge.Policy, _ bool) { projectpolicy.RemovePattern(p, pattern) },
	}
}

// planDelete judges a destroy. A replacement in the same policy is judged by the plan.
func planDelete(ctx context.Context, c *change) {
	if c.Clients.Unconfigured() || (c.Model != nil && c.Model.Project.Equal(c.Prior.Project)) {
		return
	}
	now, err := c.Clients.Policy(ctx, c.Prior.Project.ValueString())
	if err != nil {
		return // the destroy itself reports it
	}
	guardOf(c, c.Prior).RemovePart(ctx, c.Diags, now, removed(c.Prior))
}
