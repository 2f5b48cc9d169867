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

// about ends the summary of a warning with its object.
func about(summary, what string) string { return lifecycle.About(summary, what) }

// tell reports certain findings as errors, and lists the checks left to the apply.
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
		open = append(open, "whether the policy is weakened")
	}
	WarnOfUnchecked(diags, g.ID, append(open, g.Requirements.Unknown...), unknown)
}

// refuse reports a finding as an error, at its attribute unless it is about another part.
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

// WarnOfUnchecked lists the checks that a plan could not make. id is "" if unknown.
func WarnOfUnchecked(diags *diag.Diagnostics, id string, checks, unknown []string) {
	if len(checks) == 0 {
		return
	}
	why := ""
	if len(unknown) > 0 {
		why = "These attributes are not known yet: " + strings.Join(unknown, ", ") + ". "
	}
	diags.AddWarning(about("Not checked until apply", id),
		why+"The plan could not make these checks, because values or objects do not exist yet. The apply makes them before it writes:\n  "+
			strings.Join(checks, "\n  "))
}

// WarnOfUnconfigured is the warning for a provider block with unknown values.
func WarnOfUnconfigured(diags *diag.Diagnostics, id string) {
	WarnOfUnchecked(diags, id, []string{"all checks with reads of the project"}, []string{"the provider's own configuration"})
}

// standRequirements checks must_admit for a policy without a planned change: attestations, keys or
// parts of others can have changed. A refused image is a warning, because no apply would repair it.
func (g Policy) standRequirements(ctx context.Context, diags *diag.Diagnostics, now *judge.Policy) {
	change := judge.Change{After: judge.Certain(now), Requirements: g.Requirements.Known}
	change.Evidence = g.evidence(ctx)
	later := change.Unmet()
	change.Evidence = Now(ctx, g.Clients)
	open := slices.Clone(g.Requirements.Unknown)
	unmet := change.Unmet()
	for _, f := range unmet {
		i := slices.IndexFunc(later, func(l judge.Finding) bool { return l.Path == f.Path && l.Request == f.Request })
		switch {
		case i < 0: // this plan repairs it
		case later[i].Severity == judge.Unchecked && later[i].Reason == judge.AttestationComes:
			open = append(open, g.unchecked(later[i]))
		default:
			summary, detail := g.words(f)
			diags.AddAttributeWarning(g.At(f.Path), about(summary, g.ID+", "+g.subject(f, unmet)), detail+"\n\nThis plan "+
				"does not change the policy. The cause is a change outside of this plan.")
		}
	}
	if len(open) > 0 {
		diags.AddWarning(about("Not checked by this plan", g.ID),
			"These checks depend on other objects of this plan. The apply does not make them, because the policy does not change. "+
				"Plan again after the apply:\n  "+strings.Join(open, "\n  "))
	}
}

// subject is the attribute of a finding, and its image if other findings have the same attribute.
func (g Policy) subject(f judge.Finding, all []judge.Finding) string {
	if slices.ContainsFunc(all, func(other judge.Finding) bool { return other.Path == f.Path && other.Image != f.Image }) {
		return g.At(f.Path).String() + ", " + f.Image
	}
	return g.At(f.Path).String()
}

// worsened are the images admitted now and refused after the planned changes of attestors and
// attestations.
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

// warnOfStandingLockouts warns of existing lock-outs without acknowledgement.
func (g Policy) warnOfStandingLockouts(diags *diag.Diagnostics, standing []admission.Lockout) {
	if g.Acknowledged {
		return
	}
	for _, lockout := range standing {
		diags.AddAttributeWarning(g.At(lockout.Path),
			about("Policy lock-out: "+lockout.Code, projectpolicy.Subject(g.Project, lockout.Path)),
			lockout.Message+"\n\nThis plan does not change the policy."+adviceToAcknowledge)
	}
}

// warnOfWeakening warns of certain weakenings.
func (g Policy) warnOfWeakening(diags *diag.Diagnostics, now *judge.Policy, after judge.Outlook) {
	for _, w := range judge.Weakenings(now, after) {
		diags.AddAttributeWarning(g.At(w.Path), about("Policy is weakened: "+w.Code, projectpolicy.Subject(g.Project, w.Path)), w.Message)
	}
}

// warnOfDestroy warns of lock-outs and weakenings by the policy that a destroy restores.
func (g Policy) warnOfDestroy(ctx context.Context, diags *diag.Diagnostics, now, after *judge.Policy, owns func(judge.Path) bool) {
	if projectpolicy.Same(now, after) {
		diags.AddWarning(about("Destroy changes nothing", g.ID),
			"A destroy restores the policy from the time when Terraform took it over, for example by an import. "+
				g.ID+" has not changed since, so the destroy changes nothing.")
	}
	change := judge.Change{Before: judge.Certain(now), After: judge.Certain(after), Evidence: g.evidence(ctx)}
	for _, f := range change.Findings() {
		if f.Severity == judge.Refused && (owns == nil || owns(f.Path)) {
			diags.AddWarning(about("Policy lock-out: "+f.Code, projectpolicy.Subject(g.Project, f.Path)),
				"The destroy of "+g.ID+" leaves a policy with a lock-out: "+f.Message)
		}
	}
	for _, w := range judge.Weakenings(now, judge.Certain(after)) {
		diags.AddWarning(about("Policy is weakened: "+w.Code, projectpolicy.Subject(g.Project, w.Path)),
			"The destroy of "+g.ID+" weakens the policy: "+w.Message)
	}
}

// warnOfMissing lists newly required attestors that do not exist. It is no error: another provider
// process can create them before the write.
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
			"The policy requires %s, but this attestor does not exist yet. The apply fails unless it is created first. "+
				"If this configuration creates it, refer to its id, and manage both with one provider configuration: "+
				"set project on each resource instead of using a provider alias.", attestor))
	}
}
