package lifecycle

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// An empty text as project means an absent one: modules pass on variables with an empty default.
// Terraform requires the written text in plan and state, so they keep it; a model always has the
// real project.

const projectAttribute = "project"

// isBlank reports whether the project of an object is an empty text.
func isBlank(object tftypes.Value) bool {
	var all map[string]tftypes.Value
	if !object.IsKnown() || object.IsNull() || object.As(&all) != nil {
		return false
	}
	project, has := all[projectAttribute]
	return has && project.Equal(tftypes.NewValue(tftypes.String, ""))
}

// withProject replaces an empty text by a project, or by null for "".
func withProject(object tftypes.Value, project string) tftypes.Value {
	var all map[string]tftypes.Value
	if !isBlank(object) || object.As(&all) != nil {
		return object
	}
	all = maps.Clone(all)
	all[projectAttribute] = tftypes.NewValue(tftypes.String, nil)
	if project != "" {
		all[projectAttribute] = tftypes.NewValue(tftypes.String, project)
	}
	return tftypes.NewValue(object.Type(), all)
}

// meant is a state with the project from its id.
func meant(state tfsdk.State) tfsdk.State {
	if parts := strings.Split(id(state.Raw), "/"); len(parts) > 1 {
		state.Raw = withProject(state.Raw, parts[1])
	}
	return state
}

// meantPlan is the applied plan with its real project. It remembers an empty text in the plan.
func (c *Change[M]) meantPlan(plan tfsdk.Plan) tfsdk.Plan {
	if c.blank = isBlank(plan.Raw); c.blank {
		project := c.Clients.Project()
		if parts := strings.Split(id(plan.Raw), "/"); len(parts) > 1 {
			project = parts[1]
		}
		plan.Raw = withProject(plan.Raw, project)
	}
	return plan
}

// spellProject plans the project as written. An absent project keeps the spelling of the state,
// unless the project changes.
func (c *Change[M]) spellProject(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	blank, was := isBlank(req.Config.Raw), isBlank(req.State.Raw)
	if !blank && !was {
		return
	}
	at := path.Root(projectAttribute)
	moves, given := slices.ContainsFunc(c.Replace, at.Equal), writtenProject(ctx, req.Config)
	switch {
	case given != "":
		c.Diags.Append(resp.Plan.SetAttribute(ctx, at, given)...)
	case blank && c.Prior != nil && !was && !moves: // imported
	case blank, !moves:
		c.Diags.Append(resp.Plan.SetAttribute(ctx, at, "")...)
	}
	if blank && moves {
		c.Replace = append(c.Replace, path.Root("id")) // the text may stay as it is
	}
}

// writtenProject is the project in a configuration, "" if absent or unknown.
func writtenProject(ctx context.Context, config tfsdk.Config) string {
	var written types.String
	config.GetAttribute(ctx, path.Root(projectAttribute), &written)
	return written.ValueString()
}
