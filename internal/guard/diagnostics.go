package guard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// about ends the summary of a warning with what it is about.
func about(summary, what string) string { return lifecycle.About(summary, what) }

// tell refuses what is certain to be wrong, and names the checks that only the apply can make.
func (g Policy) tell(diags *diag.Diagnostics, found []judge.Finding, unknown []string) {
	var open []string
	for _, f := range found {
		if f.Severity == judge.Refused {
			g.refuse(diags, f)
		} else {
			open = append(open, g.unchecked(f))
		}
	}
	if len(unknown) > 0 {
		open = append(open, "which weakenings there are")
	}
	WarnOfUnchecked(diags, g.ID, append(open, g.Requirements.Unknown...), unknown)
}

// refuse is the error of a finding, at its attribute if it is about what is judged.
func (g Policy) refuse(diags *diag.Diagnostics, f judge.Finding) {
	summary, detail := g.words(f)
	if f.Part != "" {
		diags.AddError(summary, detail)
		return
	}
	diags.AddAttributeError(g.At(f.Path), summary, detail)
}

func (g Policy) unchecked(f judge.Finding) string {
	if f.Code == judge.ImageRefused {
		return g.At(f.Path).String() + ": " + f.Message
	}
	return f.Message
}

// WarnOfUnchecked names the checks that a plan could not make; id is "" while it is not known.
func WarnOfUnchecked(diags *diag.Diagnostics, id string, checks, unknown []string) {
	if len(checks) == 0 {
		return
	}
	why := ""
	if len(unknown) > 0 {
		why = "These attributes are not known yet: " + strings.Join(unknown, ", ") + ". "
	}
	diags.AddWarning(about("Not checked until apply", id),
		why+"What depends on values or objects that are not there yet is checked by the apply, before it writes anything:\n  "+strings.Join(checks, "\n  "))
}

// WarnOfUnconfigured is for a provider block that depends on values that are not known yet.
func WarnOfUnconfigured(diags *diag.Diagnostics, id string) {
	WarnOfUnchecked(diags, id, []string{"everything that needs a look at the project"}, []string{"the provider's own configuration"})
}

// standRequirements looks again at what must be admitted although nothing is to be changed: attestations and keys may have gone, and others
// may have changed what is not configured here. That is a warning, because no apply would mend it.
func (g Policy) standRequirements(ctx context.Context, diags *diag.Diagnostics, now *judge.Policy) {
	change := judge.Change{After: judge.Certain(now), Requirements: g.Requirements.Known}
	change.Evidence = g.evidence(ctx)
	later := change.Unmet()
	change.Evidence = Now(ctx, g.Clients)
	open := slices.Clone(g.Requirements.Unknown)
	unmet := change.Unmet()
	for _, f := range unmet {
		i := slices.IndexFunc(later, func(l judge.Finding) bool { return l.Path == f.Path && l.Image == f.Image })
		switch {
		case i < 0: // this plan mends it
		case later[i].Severity == judge.Unchecked && later[i].Reason == judge.AttestationComes:
			open = append(open, g.unchecked(later[i]))
		default:
			summary, detail := g.words(f)
			diags.AddAttributeWarning(g.At(f.Path), about(summary, g.ID+", "+g.subject(f, unmet)), detail+"\n\nThis plan changes nothing about it: something else has changed since.")
		}
	}
	if len(open) > 0 {
		diags.AddWarning(about("Not checked by this plan", g.ID),
			"This depends on what else the plan makes, and an apply that does not change the policy checks nothing of it. Plan again after the apply:\n  "+strings.Join(open, "\n  "))
	}
}

// subject is what a finding of several is about: its attribute, and the image where others are about the same attribute.
func (g Policy) subject(f judge.Finding, all []judge.Finding) string {
	if slices.ContainsFunc(all, func(other judge.Finding) bool { return other.Path == f.Path && other.Image != f.Image }) {
		return g.At(f.Path).String() + ", " + f.Image
	}
	return g.At(f.Path).String()
}

// worsened are the images that are admitted now and that what the plan does to attestors and attestations would refuse.
func (g Policy) worsened(ctx context.Context, after judge.Outlook) (found []judge.Finding) {
	if len(g.Requirements.Known) == 0 || g.Clients.Unconfigured() {
		return nil
	}
	return judge.Worsened(judge.Change{After: after, Requirements: g.Requirements.Known}, Now(ctx, g.Clients), g.evidence(ctx))
}

func (g Policy) tellOthers(diags *diag.Diagnostics, found []judge.Finding) {
	for _, f := range found {
		g.refuse(diags, f)
	}
}

// warnOfStandingLockouts tells of lock-outs that nobody has acknowledged and that no plan will mend.
func (g Policy) warnOfStandingLockouts(diags *diag.Diagnostics, standing []admission.Lockout) {
	if g.Acknowledged {
		return
	}
	for _, lockout := range standing {
		diags.AddAttributeWarning(g.At(lockout.Path), about("Policy locks out: "+lockout.Code, projectpolicy.Subject(g.Project, lockout.Path)),
			lockout.Message+"\n\nThis plan leaves the policy as it is."+adviceToAcknowledge)
	}
}

// warnOfWeakening says what is certain to get weaker.
func (g Policy) warnOfWeakening(diags *diag.Diagnostics, now *judge.Policy, after judge.Outlook) {
	for _, w := range judge.Weakenings(now, after) {
		diags.AddAttributeWarning(g.At(w.Path), about("Policy is weakened: "+w.Code, projectpolicy.Subject(g.Project, w.Path)), w.Message)
	}
}

// warnOfDestroy warns of what a destroy locks out, which puts back what was there before, and of what it opens.
func (g Policy) warnOfDestroy(ctx context.Context, diags *diag.Diagnostics, now, after *judge.Policy, owns func(judge.Path) bool) {
	if projectpolicy.Same(now, after) {
		diags.AddWarning(about("Destroy changes nothing", g.ID),
			g.ID+" is as it was when Terraform took it over, by an import for example, and a destroy goes back to that: the policy stays as it is.")
	}
	change := judge.Change{Before: judge.Certain(now), After: judge.Certain(after), Evidence: g.evidence(ctx)}
	for _, f := range change.Findings() {
		if f.Severity == judge.Refused && (owns == nil || owns(f.Path)) {
			diags.AddWarning(about("Policy locks out: "+f.Code, projectpolicy.Subject(g.Project, f.Path)), "Destroying "+g.ID+" leaves a policy that locks out: "+f.Message)
		}
	}
	for _, w := range judge.Weakenings(now, judge.Certain(after)) {
		diags.AddWarning(about("Policy is weakened: "+w.Code, projectpolicy.Subject(g.Project, w.Path)), "Destroying "+g.ID+" opens admission: "+w.Message)
	}
}

// warnOfMissing names attestors that the change begins to require and that are not found. It is no error: another provider process may
// make them before the policy is written.
func (g Policy) warnOfMissing(ctx context.Context, diags *diag.Diagnostics, now, after *judge.Policy) {
	old := projectpolicy.Attestors(now)
	look := &evidence{ctx: ctx, clients: g.Clients, walk: g.Walk}
	var missing []string
	for _, attestor := range projectpolicy.Attestors(after) {
		if !slices.Contains(old, attestor) && look.missing(attestor) {
			missing = append(missing, attestor)
		}
	}
	for _, attestor := range missing {
		diags.AddWarning(about("Not checked until apply", g.ID+", "+attestor), fmt.Sprintf(
			"The policy requires %s, which does not exist yet. The apply fails unless something makes it first. "+
				"If this configuration makes it, refer to its id, and manage both with one provider configuration: set project on each resource instead of a provider alias.", attestor))
	}
}
