package guard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// PlanPart judges the create or update of a part of the policy.
func (g Policy) PlanPart(ctx context.Context, diags *diag.Diagnostics, now *judge.Policy, part judge.Part) {
	absent := g.absentNeeds(now, part)
	part.NeedsUnknown = part.NeedsUnknown || len(absent) > 0
	g.note(diags, part)
	world := g.world(ctx, now)
	after, found := world.With(part), world.Judge(part)
	if part.NeedsUnknown {
		for i := range found {
			if found[i].Code != judge.InvalidRequirement {
				found[i].Severity = judge.Unchecked
			}
		}
	}
	if len(absent) > 0 {
		found = append(found, judge.Finding{
			Severity: judge.Unchecked,
			Message:  "checks that depend on missing ids in needs: " + strings.Join(absent, ", "),
		})
	}
	g.tell(diags, found, after.Unknown)
	if part.Rule != nil {
		g.Gate = g.Gate.unlessKnown(part.NeedsUnknown)
		g.planGate(ctx, diags, now, after, part.Rule)
	}
	alone := judge.World{Live: now}
	g.warnOfWeakening(diags, now, alone.With(part))
	g.warnOfMissing(ctx, diags, now, alone.With(part).Strict)
	if !part.Exempts && !g.refuseKinds(diags) {
		g.warnOfKinds(diags, now, part)
	}
}

// StandPart judges a part without a planned change.
func (g Policy) StandPart(ctx context.Context, diags *diag.Diagnostics, now *judge.Policy, part judge.Part) {
	part.Unchanged = true
	g.note(diags, part)
	if !part.Exempts {
		g.refuseKinds(diags)
	}
	if g.Clients.Unconfigured() {
		return
	}
	if part.Rule != nil {
		g.warnOfStandingLockouts(diags, judge.StandingOf(now, *part.Rule, g.evidence(ctx)))
	}
	if len(g.Requirements.Known)+len(g.Requirements.Unknown) == 0 {
		return
	}
	g.standRequirements(ctx, diags, now)
	world := g.world(ctx, now)
	for _, f := range world.Stands(part) {
		g.refuse(diags, f)
	}
	g.tellOthers(diags, g.worsened(ctx, world.With(part)))
}

// RemovePart judges the removal of a part. A lock-out by the removal of a rule is a warning,
// because it restores an earlier state. A lock-out by the removal of a pattern is an error unless
// acknowledged: the policy without just this pattern may never have existed.
func (g Policy) RemovePart(ctx context.Context, diags *diag.Diagnostics, now *judge.Policy, part judge.Part) {
	g.note(diags, part)
	world := g.world(ctx, now)
	if part.Rule != nil {
		g.gateOfDestroy(ctx, diags, now, judge.World{Live: now}.With(part).Strict)
	}
	if part.Exempts {
		g.tell(diags, world.Judge(part), nil)
	} else {
		after := judge.World{Live: now}.With(part).Strict
		g.warnOfDestroy(ctx, diags, now, after, part.Owns)
		g.refuseRestore(diags, after, part.Owns)
	}
	for _, f := range world.Clashes(part) {
		g.refuse(diags, f)
	}
}

// absentNeeds are the ids in needs of parts neither in the policy nor planned so far.
func (g Policy) absentNeeds(now *judge.Policy, part judge.Part) (absent []string) {
	planned := g.Walk.Parts(g.Project)
	for _, id := range part.Needs {
		if !projectpolicy.Has(now, g.Project, id) &&
			!slices.ContainsFunc(planned, func(p judge.Part) bool { return p.ID == id && !p.Leaves }) {
			absent = append(absent, id)
		}
	}
	return absent
}

// note records the plan for the judgement of other parts, and reports a conflict with a resource
// for the whole policy.
func (g Policy) note(diags *diag.Diagnostics, part judge.Part) {
	conflict := g.Walk.PlanPart(g.Project, part)
	if part.Leaves {
		g.tellOwners(diags, conflict, part.ID)
	} else {
		g.tellOwners(diags, conflict)
	}
}

func (g Policy) world(ctx context.Context, now *judge.Policy) judge.World {
	return judge.World{Live: now, Parts: g.Walk.Parts(g.Project), Evidence: g.evidence(ctx)}
}

// refuseKinds refuses rules of two kinds in one configuration, in any order of planning.
func (g Policy) refuseKinds(diags *diag.Diagnostics) (refused bool) {
	kinds := g.Walk.Kinds(g.Project)
	if len(kinds) < 2 {
		return false
	}
	diags.AddAttributeError(path.Root("scope"), "Rules of two kinds",
		fmt.Sprintf("This configuration has rules of %s, but a policy can have rules of one kind only.", strings.Join(kinds, " and of ")))
	return true
}

// warnOfKinds warns of a rule of another kind than the existing rules.
func (g Policy) warnOfKinds(diags *diag.Diagnostics, now *judge.Policy, part judge.Part) {
	if kinds := projectpolicy.Kinds(judge.World{Live: now}.With(part).Strict); len(kinds) > 1 {
		diags.AddAttributeWarning(path.Root("scope"), about("Policy has rules of another kind", projectpolicy.ID(g.Project)), fmt.Sprintf(
			"The policy would have %s, but a policy can have rules of one kind only. The apply fails unless the rules of the other kind "+
				"are removed first. If this plan removes them and the apply fails, apply again.", strings.Join(kinds, " and ")))
	}
}
