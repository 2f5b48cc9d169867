package policy

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

func validatePattern(_ context.Context, c *patternChange) {
	if c.Config.Pattern.IsUnknown() {
		return
	}
	if err := admission.CheckPattern(c.Config.Pattern.ValueString()); err != nil {
		c.Diags.AddAttributeError(path.Root("pattern"), "Invalid pattern", err.Error())
	}
}

func planPattern(ctx context.Context, c *patternChange) {
	lifecycle.PlanProject(c, func(m *patternModel) *types.String { return &m.Project })
	c.Model.ID = types.StringUnknown()
	if c.Model.Project.IsUnknown() {
		warnOfOpen(c.Diags, "", []string{"everything"}, []string{"project"})
		return
	}
	project := c.Model.Project.ValueString()
	if !c.Model.Pattern.IsUnknown() {
		c.Model.ID = types.StringValue(patternID(project, c.Model.Pattern.ValueString()))
	}
	claim(c.Clients, c.Diags, project, gcp.Part)
	if c.Clients.Unconfigured() {
		warnOfUnconfigured(c.Diags, c.Model.ID.ValueString())
		return
	}
	if c.Prior != nil && c.Prior.ID.Equal(c.Model.ID) {
		return
	}
	if now := livePolicy(ctx, c.Clients, project, c.Diags); now != nil {
		refusePattern(c, now)
		p := part{project: project, edits: []gcp.PlannedEdit{addedPattern(c, project)}}
		if c.Prior != nil && c.Prior.Project.ValueString() == project {
			p.edits, p.takes = append([]gcp.PlannedEdit{removedPattern(c.Prior)}, p.edits...), true
		}
		judgement := c.Model.judgement(c.Clients, project)
		judgement.planPart(ctx, c.Diags, now, p)
		if c.Prior != nil {
			judgement.warnOfGap(ctx, c, now)
		}
	}
}

// warnOfGap tells of a replacement that locks out as long as the old pattern is gone and the new one is not there. Whether the old one
// goes first is not known to a provider.
func (j judgement) warnOfGap(ctx context.Context, c *patternChange, now *gcp.Policy) {
	gone := foresee(now, []gcp.PlannedEdit{removedPattern(c.Prior)})
	if refused, _ := j.judge(ctx, as(certain(now)), gone); len(refused) > 0 {
		c.Diags.AddAttributeWarning(path.Root("pattern"), lifecycle.About("Policy locks out while the pattern is replaced", c.Prior.ID.ValueString()),
			"The old pattern goes before the new one comes, and what it lets in is needed: the apply refuses to remove it. Set create_before_destroy = true in the lifecycle block of this resource.")
	}
}

// refusePattern tells at plan that a pattern is there already, as the create would.
func refusePattern(c *patternChange, now *gcp.Policy) {
	id := c.Model.ID.ValueString()
	switch {
	case c.Prior != nil || !slices.Contains(patternsOf(now), c.Model.Pattern.ValueString()):
	case c.Old(id) != nil:
		c.Diags.AddAttributeError(path.Root("pattern"), byItself, id+" "+noReplacement)
	default:
		c.Diags.AddAttributeError(path.Root("pattern"), "Policy has the pattern already", hasAlready("binauthz_policy_allowlist_pattern", id))
	}
}

// judgement judges a pattern that goes: one that comes locks nobody out.
func (m *patternModel) judgement(clients *gcp.Clients, project string) judgement {
	return judgement{
		clients: clients, project: project, id: patternID(project, m.Pattern.ValueString()), acknowledged: m.AcknowledgeLockout.ValueBool(),
		at: func(admission.Path) path.Path { return path.Root("pattern") },
	}
}

// addedPattern is a pattern that comes. One that is not known yet could exempt anything.
func addedPattern(c *patternChange, project string) gcp.PlannedEdit {
	if c.Model.Pattern.IsUnknown() {
		return gcp.PlannedEdit{Part: patternID(project, ""), Last: true, Unknown: []string{"pattern of a binauthz_policy_allowlist_pattern"}, Apply: func(p *gcp.Policy, lenient bool) {
			if lenient {
				admitAll(p)
			}
		}}
	}
	pattern := c.Model.Pattern.ValueString()
	return gcp.PlannedEdit{Part: c.Model.ID.ValueString(), Apply: func(p *gcp.Policy, _ bool) {
		removePattern(p, pattern)
		addPattern(p, pattern)
	}}
}

// removedPattern is the destroy of a pattern.
func removedPattern(m *patternModel) gcp.PlannedEdit {
	pattern := m.Pattern.ValueString()
	return gcp.PlannedEdit{Part: m.ID.ValueString(), Removes: true, Apply: func(p *gcp.Policy, _ bool) { removePattern(p, pattern) }}
}

// planDeletePattern refuses what would lock out, as a change of a rule would be. A destroy of a policy or of a default rule only warns of
// that: it puts back what was there before, but nobody ever had the policy that lacks the pattern.
func planDeletePattern(ctx context.Context, c *patternChange) {
	if c.Clients.Unconfigured() {
		return
	}
	project := c.Prior.Project.ValueString()
	now, err := c.Clients.Policy(ctx, project)
	if err != nil {
		return // the destroy itself will say so
	}
	p := part{project: project, edits: []gcp.PlannedEdit{removedPattern(c.Prior)}, takes: true}
	c.Prior.judgement(c.Clients, project).planPart(ctx, c.Diags, now, p)
}

// hasAlready says how to go on with a part that is there.
func hasAlready(kind, id string) string {
	return fmt.Sprintf("%s is there already; somebody else may own it. To manage it here, import it:\n\n  import {\n    to = %s.NAME\n    id = %q\n  }", id, kind, id)
}
