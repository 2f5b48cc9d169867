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

// A project that is written as an empty text is one that is not given: modules pass on a variable that is empty by default. Terraform
// wants it in plan and state as it is written, so it is there; a model always has the project that is meant.

const projectAttribute = "project"

// isBlank says that the project of an object is an empty text.
func isBlank(object tftypes.Value) bool {
	var all map[string]tftypes.Value
	if !object.IsKnown() || object.IsNull() || object.As(&all) != nil {
		return false
	}
	project, has := all[projectAttribute]
	return has && project.Equal(tftypes.NewValue(tftypes.String, ""))
}

// withProject is an object with a project in the place of an empty text; "" takes the attribute away.
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

// meant is a state with the project that its id tells.
func meant(state tfsdk.State) tfsdk.State {
	if parts := strings.Split(id(state.Raw), "/"); len(parts) > 1 {
		state.Raw = withProject(state.Raw, parts[1])
	}
	return state
}

// meantPlan is a plan that is applied with the project that it means, and notes that it does not say so.
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

// spellProject plans the project as it is written. Where none is, and the project stays the same, as the state has it.
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

// writtenProject is the project in a configuration, "" where none is written or it is not known.
func writtenProject(ctx context.Context, config tfsdk.Config) string {
	var written types.String
	config.GetAttribute(ctx, path.Root(projectAttribute), &written)
	return written.ValueString()
}
