package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *Resource[M]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	if r.Ops.Validate == nil {
		return
	}
	c := r.change(&resp.Diagnostics, Memory{})
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
		if c.Prior = decode[M](ctx, req.State.Get, c.Diags); c.Prior == nil {
			return
		}
	}
	if req.Plan.Raw.IsNull() {
		if r.Ops.PlanDelete != nil && c.Prior != nil {
			r.Ops.PlanDelete(ctx, c)
		}
		return
	}
	if r.Ops.Plan == nil {
		return
	}
	c.Model, c.Config = decode[M](ctx, req.Plan.Get, c.Diags), decode[M](ctx, req.Config.Get, c.Diags)
	if c.Model == nil || c.Config == nil {
		return
	}
	r.Ops.Plan(ctx, c)
	if c.keepPrior {
		resp.Plan.Raw = req.State.Raw
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, c.Model)...)
	resp.RequiresReplace.Append(c.Replace...)
}
