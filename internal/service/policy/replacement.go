package policy

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// planReplacement is for a policy that is replaced by itself. Terraform plans no destroy for that, does not say whether the create comes
// first, and shows no warning of the create's plan unless the resource is tainted.
func planReplacement(ctx context.Context, c *change, old *change, now *gcp.Policy) {
	refuseReplacement(c.Diags, c.Model.ID.ValueString(), c.Model.AdoptExisting)
	if between := afterDelete(ctx, old); between != nil {
		warnOfOpening(c.Diags, c.Model.ID.ValueString(), now, between)
	}
}

func planRuleReplacement(ctx context.Context, c *ruleChange, old *ruleChange, now *gcp.Policy) {
	refuseReplacement(c.Diags, c.Model.ID.ValueString(), c.Model.AdoptExisting)
	between := proto.CloneOf(now)
	removedRule(ctx, old).Apply(between, false)
	warnOfOpening(c.Diags, c.Model.ID.ValueString(), now, between)
}

// refuseReplacement wants a replacement to be possible in either order: a create that comes first finds the object there. Terraform leaves the
// old one as a deposed object if the plan that an apply makes once more refuses that, and the next apply would destroy it.
func refuseReplacement(diags *diag.Diagnostics, id string, adopts types.Bool) {
	if !adopts.ValueBool() && !adopts.IsUnknown() {
		diags.AddError(byItself, fmt.Sprintf("%s %s To replace it nevertheless, set adopt_existing = true here and create_before_destroy = true in the lifecycle block: then it is written once, and nothing opens between.", id, noReplacement))
	}
}

const (
	byItself = "Replacement by itself"
	// noReplacement ends a sentence that begins with an id.
	noReplacement = "would be replaced by itself. A destroy that comes first lets go of it for a while, and a create that comes first finds it there already. " +
		"An update in place is enough: run terraform untaint, or leave out -replace or replace_triggered_by. If the resource was renamed, a moved block says so."
)

func warnOfOpening(diags *diag.Diagnostics, id string, now, between *gcp.Policy) {
	var lines []string
	for _, w := range admission.Weakenings(gcp.Rules(now), gcp.Rules(between)) {
		lines = append(lines, "\n  "+w.Code+": "+w.Message)
	}
	if len(lines) > 0 {
		diags.AddWarning(lifecycle.About("Policy is weakened while it is replaced", id), fmt.Sprintf(
			"A replacement destroys %s before it makes it again, unless create_before_destroy is set. Until then, and if the create fails:%s\n\n"+
				"Set create_before_destroy = true in the lifecycle block: then it is written once, and nothing opens.", id, strings.Join(lines, "")))
	}
}

// yield tells that a destroy no longer goes back to what was there first.
func yield(ctx context.Context, c *change) {
	was, known := before(ctx, c)
	if prior, _ := c.Prior.toAPI(ctx, c.Diags); known && c.Prior.DeletionPolicy.ValueString() == deletionRestore && !same(was, prior) {
		lifecycle.WarnOfYield(c.Diags, c.Prior.ID.ValueString(), wholeTakeover(was))
	}
}

func yieldRule(ctx context.Context, c *ruleChange) {
	t := c.Prior.target(ctx, c)
	if was := ruleAfterDelete(ctx, c, t); was != nil && !sameRule(was, c.Prior.toAPI(c.Prior.Project.ValueString())) {
		lifecycle.WarnOfYield(c.Diags, c.Prior.ID.ValueString(), summary(was))
	}
}
