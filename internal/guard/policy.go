package guard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// Policy guards the policy of a project, or a part of it.
type Policy struct {
	Clients *gcp.Clients
	Walk    *walk.Walk
	Project string
	// ID is the full name of the policy or part.
	ID string
	// At is the attribute of an admission path.
	At           func(admission.Path) path.Path
	Requirements Requirements
	// Acknowledged means that the user accepts a lock-out.
	Acknowledged bool
	// Gate requires evidence before enforcement; nil for none.
	Gate *Gate
	// Rule is the guarded rule, nil for the whole policy.
	Rule *projectpolicy.Target
	// Trial is the dry run of the rule; nil means that it began with the last update of the policy.
	Trial *Trial
}

// Requirements are the images of must_admit, and the attributes with unknown ones.
type Requirements struct {
	Known   []judge.Requirement
	Unknown []string
}

// Add adds a requirement. known is false if a part of it is unknown.
func (r *Requirements) Add(at admission.Path, request admission.Request, known bool) {
	if known {
		r.Known = append(r.Known, judge.Requirement{Path: at, Request: request})
	} else {
		r.Unknown = append(r.Unknown, at.String()+", because its value is not known yet")
	}
}

// PlanWhole judges the plan for a whole policy.
func (g Policy) PlanWhole(ctx context.Context, diags *diag.Diagnostics, now *judge.Policy, after judge.Outlook) {
	g.noteWhole(diags, after)
	change := judge.Change{
		Before:       judge.Certain(now),
		After:        after,
		Requirements: g.Requirements.Known,
		Acknowledged: g.Acknowledged,
		Evidence:     g.evidence(ctx),
	}
	g.tell(diags, change.Findings(), after.Unknown)
	g.planGate(ctx, diags, now, after, nil)
	g.warnOfWeakening(diags, now, after)
	g.warnOfMissing(ctx, diags, now, after.Strict)
}

// StandWhole judges a whole policy without a planned change.
func (g Policy) StandWhole(ctx context.Context, diags *diag.Diagnostics, now *judge.Policy) {
	g.noteWhole(diags, judge.Certain(now))
	if !g.Clients.Unconfigured() {
		g.warnOfStandingLockouts(diags, judge.Standing(now, g.evidence(ctx)))
		g.standRequirements(ctx, diags, now)
	}
	g.tellOthers(diags, g.worsened(ctx, judge.Certain(now)))
}

// DestroyWhole judges the destroy of a whole policy. after is the policy after the destroy.
func (g Policy) DestroyWhole(ctx context.Context, diags *diag.Diagnostics, now, after *judge.Policy) {
	whole := walk.Whole{ID: g.ID, After: judge.Certain(after), Leaves: true, Acknowledged: g.Acknowledged}
	g.tellOwners(diags, g.Walk.PlanWhole(g.Project, whole))
	g.gateOfDestroy(ctx, diags, now, after)
	g.warnOfDestroy(ctx, diags, now, after, nil)
	g.refuseRestore(diags, after, nil)
}

// refuseRestore refuses to restore rules if they require an attestor that the same plan destroys.
// owns is nil for the whole policy.
func (g Policy) refuseRestore(diags *diag.Diagnostics, after *judge.Policy, owns func(judge.Path) bool) {
	if g.Acknowledged {
		return
	}
	for _, attestor := range projectpolicy.Attestors(after) {
		plan, planned := g.Walk.Attestor(attestor)
		if !planned || !plan.Leaves {
			continue
		}
		rules := slices.DeleteFunc(judge.Blocked(after, attestor), func(p judge.Path) bool { return owns != nil && !owns(p) })
		if len(rules) > 0 {
			diags.AddError(aboutDestroy, restoresLockout(g.ID, attestor, rules))
		}
	}
}

const aboutDestroy = "Destroy leaves a policy that refuses every image"

// restoresLockout is for the id of the policy or of a rule.
func restoresLockout(id, attestor string, rules []judge.Path) string {
	restored, other := "policy", "set deletion_policy of the binauthz_policy to RESET (Google's default, which admits all images) and "+
		"apply this change first"
	if !strings.HasSuffix(id, "/policy") {
		restored, other = "rule", "keep the rule as it is, with a removed block and destroy = false"
	}
	return fmt.Sprintf("The destroy of %s restores the earlier %s. These enforced rules require attestations by %s, but this "+
		"plan destroys the attestor. They then refuse all images not exempt by a pattern:\n  %s\n\n"+
		"Keep the attestor. Or %s. To accept the lock-out, set acknowledge_lockout = true and apply this change first.",
		id, restored, attestor, strings.Join(texts(rules), "\n  "), other)
}

func (g Policy) noteWhole(diags *diag.Diagnostics, after judge.Outlook) {
	whole := walk.Whole{ID: g.ID, After: after, Requirements: g.Requirements.Known, Acknowledged: g.Acknowledged}
	g.tellOwners(diags, g.Walk.PlanWhole(g.Project, whole), g.leaving()...)
}

// Check judges the policy after a write, before it is sent.
func (g Policy) Check(ctx context.Context, before, after *judge.Policy) error {
	return g.check(ctx, judge.Certain(before), judge.Certain(after))
}

// CheckEdit judges an edit of a part, together with the other edits of the same write.
func (g Policy) CheckEdit(ctx context.Context, with *gcp.Policy, without func() *gcp.Policy) error {
	if len(g.Requirements.Known) == 0 && g.Acknowledged && g.Gate == nil {
		return nil
	}
	return g.check(ctx, judge.Certain(without()), judge.Certain(with))
}

func (g Policy) check(ctx context.Context, before, after judge.Outlook) error {
	change := judge.Change{
		Before:       before,
		After:        after,
		Requirements: g.Requirements.Known,
		Acknowledged: g.Acknowledged,
		Evidence:     Now(ctx, g.Clients),
	}
	var lines []string
	for _, f := range change.Findings() {
		if f.Severity == judge.Refused {
			summary, detail := g.words(f)
			lines = append(lines, summary+": "+detail)
		}
	}
	return nothingWritten(append(lines, g.closedLines(ctx, before.Strict, after.Strict, change.Evidence)...))
}

func (g Policy) evidence(ctx context.Context) judge.Evidence { return planned(ctx, g.Clients, g.Walk) }

// Live is the current policy. If it cannot be read, it is nil, and the plan has an error. The
// message is shared: do not change it.
func Live(ctx context.Context, clients *gcp.Clients, project string, diags *diag.Diagnostics) *judge.Policy {
	now, err := clients.SharedPolicy(ctx, project)
	if err != nil {
		lifecycle.Report("Cannot read policy", projectpolicy.ID(project), err, diags)
		return nil
	}
	return now
}
