package policyrule

import (
	"context"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// memoryOfTrial is since when the rule is as it is. The time of the policy's last change would begin anew with every other rule.
const memoryOfTrial = "tried_since"

// trial is a rule as a text, and since when the policy has it.
type trial struct {
	Version string    `json:"version"`
	Since   time.Time `json:"since"`
}

// rememberTrial notes the last change of a policy, unless the rule was seen before as it is.
func rememberTrial(ctx context.Context, c *change, p *gcp.Policy, rule *projectpolicy.Rule) {
	var known trial
	if p.GetUpdateTime() == nil || c.Memory.Recall(ctx, memoryOfTrial, &known) && known.Version == version(rule) {
		return
	}
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfTrial, trial{version(rule), p.GetUpdateTime().AsTime()})...)
}

// triedSince is since when the rule of the state is as it is, the zero time if that is not known.
func triedSince(ctx context.Context, c *change) time.Time {
	var known trial
	if c.Prior == nil || !c.Memory.Recall(ctx, memoryOfTrial, &known) || known.Version != version(c.Prior.ToAPI(c.Prior.Project.ValueString())) {
		return time.Time{}
	}
	return known.Since
}
