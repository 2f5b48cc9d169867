package policy

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/protobuf/proto"

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
	if c.Model.Project.IsUnknown() || c.Model.Pattern.IsUnknown() {
		return
	}
	project := c.Model.Project.ValueString()
	c.Model.ID = types.StringValue(patternID(project, c.Model.Pattern.ValueString()))
	if c.Clients.Claim(project, gcp.PartOfPolicy) {
		warnOfBoth(c.Diags, project)
	}
	if (c.Prior != nil && c.Prior.ID.Equal(c.Model.ID)) || c.Clients.Unconfigured() {
		return
	}
	now, err := c.Clients.Policy(ctx, project)
	if err != nil {
		c.Diags.AddError("Cannot read policy", fmt.Sprintf("projects/%s/policy: %s", project, err))
		return
	}
	after := proto.CloneOf(now)
	if c.Prior != nil {
		removePattern(after, c.Prior.Pattern.ValueString())
	} else if slices.Contains(patternsOf(now), c.Model.Pattern.ValueString()) && !c.Clients.Owns(c.Model.ID.ValueString()) {
		c.Diags.AddAttributeError(path.Root("pattern"), "Policy has the pattern already", hasAlready("binauthz_policy_allowlist_pattern", c.Model.ID.ValueString()))
	}
	addPattern(after, c.Model.Pattern.ValueString())
	for _, w := range admission.Weakenings(rulesOf(now), rulesOf(after)) {
		c.Diags.AddAttributeWarning(path.Root("pattern"), "Policy is weakened: "+w.Code, w.Message)
	}
}

// planDeletePattern refuses nothing: a pattern less admits less. What it locks out is told.
func planDeletePattern(ctx context.Context, c *patternChange) {
	if c.Clients.Unconfigured() {
		return
	}
	now, err := c.Clients.Policy(ctx, c.Prior.Project.ValueString())
	if err != nil {
		return // the destroy itself will say so
	}
	after := proto.CloneOf(now)
	removePattern(after, c.Prior.Pattern.ValueString())
	warnOfLockouts(c.Diags, c.Prior.ID.ValueString(), now, after)
}

// hasAlready says how to go on with a part that is there.
func hasAlready(kind, id string) string {
	return fmt.Sprintf("%s is there already; somebody else may own it. To manage it here, import it:\n\n  import {\n    to = %s.NAME\n    id = %q\n  }", id, kind, id)
}
