package lifecycle

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *Resource[M]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	if r.Ops.Validate == nil {
		return
	}
	c := r.change(&resp.Diagnostics, Memory{})
	req.Config.Raw = withProject(req.Config.Raw, "")
	if c.Config = decode[M](ctx, req.Config.Get, c.Diags); c.Config != nil {
		r.Ops.Validate(ctx, c)
	}
}

// ModifyPlan implements resource.ResourceWithModifyPlan.
func (r *Resource[M]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	c := r.change(&resp.Diagnostics, Memory{})
	if req.Private != nil {
		c.Memory.Get = req.Private.GetKey
	}
	if !req.State.Raw.IsNull() {
		if c.Prior = decode[M](ctx, meant(req.State).Get, c.Diags); c.Prior == nil {
			return
		}
	}
	r.noteWalk(ctx, c, req)
	switch {
	case !req.Plan.Raw.IsNull() && r.Ops.Plan != nil:
		r.plan(ctx, c, req, resp)
	case req.Plan.Raw.IsNull():
		r.planDelete(ctx, c)
	}
	r.notePlan(ctx, c, req, resp)
}

// plan completes the plan of a create or an update.
func (r *Resource[M]) plan(ctx context.Context, c *Change[M], req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	proposed, config := req.Plan, req.Config
	proposed.Raw, config.Raw = withProject(proposed.Raw, ""), withProject(config.Raw, "")
	c.Model, c.Config = decode[M](ctx, proposed.Get, c.Diags), decode[M](ctx, config.Get, c.Diags)
	if c.Model == nil || c.Config == nil {
		return
	}
	r.Ops.Plan(ctx, c)
	if c.keepPrior {
		raw, err := keptPrior(req)
		if err != nil {
			resp.Diagnostics.AddError("Cannot plan "+r.words(), err.Error())
			return
		}
		resp.Plan.Raw = raw
		c.spellProject(ctx, req, resp)
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, c.Model)...)
	c.spellProject(ctx, req, resp)
	if len(c.Replace) > 0 || renames(req.State.Raw, resp.Plan.Raw) {
		r.planDelete(ctx, c) // Terraform does not ask about the destroy that is half of a replacement
	}
	resp.RequiresReplace.Append(c.Replace...)
}

// renames reports whether plan and state have different objects. The schema then forces a
// replacement.
func renames(state, plan tftypes.Value) bool {
	had, gets := id(state), id(plan)
	return had != "" && gets != "" && had != gets
}

func (r *Resource[M]) planDelete(ctx context.Context, c *Change[M]) {
	if r.Ops.PlanDelete != nil && c.Prior != nil {
		r.Ops.PlanDelete(ctx, c)
	}
}

// keptPrior is the state as plan, with one exception: if configuration and state differ between
// absent and empty, Terraform requires the configuration's value. The resulting update sends
// nothing.
func keptPrior(req resource.ModifyPlanRequest) (tftypes.Value, error) {
	var prior, config map[string]tftypes.Value
	if err := errors.Join(req.State.Raw.As(&prior), req.Config.Raw.As(&config)); err != nil {
		return tftypes.Value{}, err
	}
	for name, attribute := range req.Plan.Schema.GetAttributes() {
		if !attribute.IsComputed() && config[name].IsNull() != prior[name].IsNull() {
			prior[name] = config[name]
		}
	}
	return tftypes.NewValue(req.State.Raw.Type(), prior), nil
}
