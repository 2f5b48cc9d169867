package policyrule

import (
	"context"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// memoryOfTrial is the key of the dry run of the rule. The update time of the policy changes with
// every rule.
const memoryOfTrial = "tried_since"

// trial is the version of a rule, and the time since when the policy has it.
type trial struct {
	Version string    `json:"version"`
	Since   time.Time `json:"since"`
	// LeftOut is what the dry run leaves out at most, since then. It is nil for a rule without a dry
	// run, and in the state of an older release.
	LeftOut *judge.LeftOut `json:"left_out,omitempty"`
}

// rememberTrial stores a trial. An unchanged rule keeps its earlier one, if the policy leaves out
// at least the same. Otherwise, a trial begins with the update time of the policy.
func rememberTrial(ctx context.Context, c *change, p *gcp.Policy, t projectpolicy.Target) {
	if p.GetUpdateTime() == nil {
		return
	}
	rule := t.In(p)
	next := trial{Version: version(rule), Since: p.GetUpdateTime().AsTime()}
	if isDryRun(rule) {
		left := judge.LeftOutOf(p, t)
		next.LeftOut = &left
	}
	var known trial
	if c.Memory.Recall(ctx, memoryOfTrial, &known) && known.Version == next.Version && known.remains(p, next.LeftOut != nil) {
		next.Since = known.Since
	}
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfTrial, next)...)
}

// remains reports whether a trial goes on in a policy with the same rule.
func (known *trial) remains(p *gcp.Policy, dryRun bool) bool {
	return !dryRun || known.LeftOut != nil && known.LeftOut.Remains(p)
}

func isDryRun(rule *projectpolicy.Rule) bool {
	return rule.GetEnforcementMode() == binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY
}

// trialOf is the trial of the rule in the state, nil if unknown.
func trialOf(ctx context.Context, c *change) *guard.Trial {
	var known trial
	if c.Prior == nil || !c.Memory.Recall(ctx, memoryOfTrial, &known) || known.LeftOut == nil ||
		known.Version != version(c.Prior.ToAPI(c.Prior.Project.ValueString())) {
		return nil
	}
	return &guard.Trial{Since: known.Since, LeftOut: *known.LeftOut}
}
