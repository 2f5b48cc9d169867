package policy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// lockouts are those that the change brings for certain, and whether there may be others.
func (j judgement) lockouts(ctx context.Context, before func() outlook, after outlook) (refused []finding, open []string) {
	best := j.prospect(ctx, true)
	sure := newLockouts(func() *gcp.Policy { return before().lenient }, after.lenient, best.keys)
	for _, lockout := range sure {
		refused = append(refused, finding{at: j.at(lockout.Path), summary: "Policy locks out: " + lockout.Code, detail: lockout.Message + adviceToAcknowledge})
	}
	if len(sure) > 0 || (after.known() && !best.guessed) {
		return refused, nil
	}
	worst := j.prospect(ctx, false)
	if len(newLockouts(func() *gcp.Policy { return before().strict }, after.worst(), worst.keys)) > 0 || worst.guessed {
		open = append(open, "whether the policy locks out"+worst.uncounted())
	}
	return refused, open
}

// warnOfStandingLockouts tells of lock-outs that nobody has acknowledged and that no plan will mend.
func (j judgement) warnOfStandingLockouts(ctx context.Context, diags *diag.Diagnostics, now *gcp.Policy) {
	if j.acknowledged || j.clients.Unconfigured() {
		return
	}
	for _, lockout := range admission.Lockouts(gcp.Rules(now), j.prospect(ctx, true).keys) {
		if j.owns == nil || j.owns(lockout.Path) {
			diags.AddAttributeWarning(j.at(lockout.Path), lifecycle.About("Policy locks out: "+lockout.Code, subject(j.project, lockout.Path)), lockout.Message+"\n\nThis plan leaves the policy as it is."+adviceToAcknowledge)
		}
	}
}

// adviceToAcknowledge ends what is said of a lock-out.
const adviceToAcknowledge = "\n\nIf that is what you want, set acknowledge_lockout = true."

// newLockouts are those of a policy that were not there before.
func newLockouts(before func() *gcp.Policy, after *gcp.Policy, keys func(string) (int, bool)) (found []admission.Lockout) {
	all := admission.Lockouts(gcp.Rules(after), keys)
	if len(all) == 0 {
		return nil
	}
	old := map[string]bool{}
	for _, lockout := range admission.Lockouts(gcp.Rules(before()), keys) {
		old[lockout.Code+lockout.Message] = true
	}
	for _, lockout := range all {
		if !old[lockout.Code+lockout.Message] {
			found = append(found, lockout)
		}
	}
	return found
}
