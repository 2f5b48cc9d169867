package policy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// judgement is what is to be said of the policy that a change leads to.
type judgement struct {
	clients *gcp.Clients
	project string
	// id is the full name of what is judged: the policy, or a part of it.
	id string
	// at is where the user wrote what an admission path names.
	at func(admission.Path) path.Path
	// owns says whether what an admission path names is of the part that is judged; nil for all of the policy.
	owns func(admission.Path) bool
	// acknowledged says that the user wants what looks like a lock-out.
	acknowledged bool
	requirements requirements
	// applying says that everything which the change depends on has been made.
	applying bool
}

// finding is one thing that is said.
type finding struct {
	at              path.Path
	summary, detail string
	// ours says that this plan brings it about by what it does to an attestor.
	ours bool
}

// plan refuses what would lock somebody out or refuse an image that must be admitted, whatever the values are that are not known yet,
// and names the checks that these values decide.
func (j judgement) plan(ctx context.Context, diags *diag.Diagnostics, now *gcp.Policy, after outlook) {
	refused, open := j.judge(ctx, as(certain(now)), after)
	if len(after.unknown) > 0 {
		open = append(open, checkOfWeakening)
	}
	j.report(diags, refused, open, after.unknown)
	j.warnOfWeakening(ctx, diags, now, after)
}

func (j judgement) report(diags *diag.Diagnostics, refused []finding, open, unknown []string) {
	for _, f := range refused {
		diags.AddAttributeError(f.at, f.summary, f.detail)
	}
	warnOfOpen(diags, j.id, append(open, j.requirements.unknown...), unknown)
}

// checkOfWeakening names a check; the others are named where they are made.
const checkOfWeakening = "which weakenings there are"

// warnOfOpen names the checks that a plan could not make; id is "" while it is not known.
func warnOfOpen(diags *diag.Diagnostics, id string, checks, unknown []string) {
	if len(checks) == 0 {
		return
	}
	why := ""
	if len(unknown) > 0 {
		why = "These attributes are not known yet: " + strings.Join(unknown, ", ") + ". "
	}
	diags.AddWarning(lifecycle.About("Not checked until apply", id), why+"What depends on values that are not known yet is checked by the apply, before it writes anything:\n  "+strings.Join(checks, "\n  "))
}

// warnOfUnconfigured is for a provider block that depends on values that are not known yet.
func warnOfUnconfigured(diags *diag.Diagnostics, id string) {
	warnOfOpen(diags, id, []string{"everything that needs a look at what is there"}, []string{"the provider's own configuration"})
}

// judge is what is certain to be wrong after the change, and the checks whose outcome is open. What was wrong before is not this
// change's doing; before is asked for only if something is wrong.
func (j judgement) judge(ctx context.Context, before func() outlook, after outlook) (refused []finding, open []string) {
	if !j.acknowledged {
		refused, open = j.lockouts(ctx, before, after)
	}
	unmet, unproven := j.unmet(ctx, after)
	return append(refused, unmet...), append(open, unproven...)
}

// unmet are the images that must be admitted and are refused.
func (j judgement) unmet(ctx context.Context, after outlook) (refused []finding, open []string) {
	worst := after.worst()
	for _, must := range j.requirements.known {
		if err := must.request.Check(); err != nil {
			refused = append(refused, finding{at: must.path, summary: "Invalid requirement", detail: err.Error()})
			continue
		}
		if j.clients.Unconfigured() {
			open = append(open, fmt.Sprintf("%s: whether %s is admitted, because the provider's own configuration is not known yet", must.path, must.request.Image))
			continue
		}
		strict := j.prospect(ctx, false)
		verdict := strict.evaluate(worst, must.request)
		if !verdict.Admitted && (strict.guessed || !after.known()) {
			verdict = j.prospect(ctx, true).evaluate(after.lenient, must.request)
			if verdict.Admitted {
				open = append(open, fmt.Sprintf("%s: whether %s is admitted", must.path, must.request.Image))
			}
		}
		if !verdict.Admitted {
			refused = append(refused, finding{
				at: must.path, summary: "Policy refuses an image that it must admit", ours: strict.rotated != "",
				detail: fmt.Sprintf("projects/%s/policy would refuse %s by %s: %s", j.project, must.request.Image, verdict.Rule, verdict.Reason) + adviceToAttest(verdict.Reason) + adviceToRotate(strict.rotated),
			})
		}
	}
	return refused, open
}

// check judges what a write leads to, before it is sent.
func (j judgement) check(ctx context.Context, before, after *gcp.Policy) error {
	j.applying = true
	return j.refusal(ctx, as(certain(before)), certain(after))
}

// as is for a policy that is there already.
func as(o outlook) func() outlook { return func() outlook { return o } }

func (j judgement) refusal(ctx context.Context, before func() outlook, after outlook) error {
	refused, _ := j.judge(ctx, before, after)
	if len(refused) == 0 {
		return nil
	}
	lines := make([]string, len(refused))
	for i, f := range refused {
		lines[i] = f.summary + ": " + f.detail
	}
	return errors.New("nothing was written.\n\n" + strings.Join(lines, "\n\n"))
}

// stand looks again at what is judged although nothing is to be changed: attestations and keys may have gone, and others may have
// changed what is not configured here. What is not this plan's doing is a warning, because no apply would mend it; what the plan does to
// an attestor's keys is an error. It reports whether every image that must be admitted is.
func (j judgement) stand(ctx context.Context, diags *diag.Diagnostics, now *gcp.Policy) bool {
	j.warnOfStandingLockouts(ctx, diags, now)
	refused, open := j.unmet(ctx, certain(now))
	for _, f := range refused {
		if f.ours {
			diags.AddAttributeError(f.at, f.summary, f.detail)
			continue
		}
		diags.AddAttributeWarning(f.at, lifecycle.About(f.summary, j.id+", "+f.at.String()), f.detail+"\n\nThis plan changes nothing about it: something else has changed since.")
	}
	if open = append(open, j.requirements.unknown...); len(open) > 0 {
		diags.AddWarning(lifecycle.About("Not checked by this plan", j.id),
			"This depends on what else the plan makes, and an apply that does not change the policy checks nothing of it. Plan again after the apply:\n  "+strings.Join(open, "\n  "))
	}
	return len(refused) == 0
}
