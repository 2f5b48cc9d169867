package guard

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// FieldGate is the attribute of the gate.
const FieldGate = "enforcement_gate"

// gateEntries bounds how many entries of the log a gate reads, of dry runs and of pods that were created each.
const gateEntries = 20_000

// Gate asks for evidence before something is enforced.
type Gate struct {
	// Lookback is how far back the audit log counts.
	Lookback time.Duration
	// MinPodCreations is how many pods have to have been created meanwhile, for each rule that is to be enforced.
	MinPodCreations int
	// Waive are patterns of images that may be refused.
	Waive []string
	// Unknown says that a part of the gate is not known yet.
	Unknown bool
}

// gateProblem is why a gate is closed.
type gateProblem struct{ summary, detail string }

// planGate refuses a plan that enforces without evidence. rule is nil for all of the policy.
func (g Policy) planGate(ctx context.Context, diags *diag.Diagnostics, now *judge.Policy, after judge.Outlook, rule *projectpolicy.Target) {
	switch {
	case g.Gate == nil || len(judge.Turns(now, after.Strict, rule)) == 0:
		return
	case g.Clients.Unconfigured():
		WarnOfUnconfigured(diags, g.ID)
		return
	case g.Gate.Unknown || !after.Known():
		WarnOfUnchecked(diags, g.ID, []string{"whether " + FieldGate + " lets the change pass"}, after.Unknown)
		return
	}
	for _, problem := range g.closed(ctx, now, after.Strict, rule, g.evidence(ctx)) {
		diags.AddAttributeError(path.Root(FieldGate), problem.summary, problem.detail)
	}
}

// closed is why the gate does not let a change pass.
func (g Policy) closed(ctx context.Context, now, after *judge.Policy, rule *projectpolicy.Target, e judge.Evidence) (problems []gateProblem) {
	turns := judge.Turns(now, after, rule)
	if g.Gate == nil || len(turns) == 0 {
		return nil
	}
	look := newGateLook(g, turns, after, e)
	look.untried()
	for _, read := range []func(context.Context) error{look.existing, look.denials, look.traffic} {
		if err := read(ctx); err != nil {
			look.add("Cannot read the evidence", lifecycle.Words(err)+"\n\nThe gate stays closed as long as the evidence cannot be read.")
			break
		}
	}
	return look.problems
}

// gateOfDestroy refuses a destroy that leaves what is not enforced to something that is, without evidence.
func (g Policy) gateOfDestroy(ctx context.Context, diags *diag.Diagnostics, now, after *judge.Policy) {
	for _, problem := range g.closed(ctx, now, after, g.Rule, g.evidence(ctx)) {
		diags.AddError(problem.summary, problem.detail+"\n\nIf the destroy is wanted all the same, remove "+FieldGate+" and apply that first.")
	}
}

// CheckDestroy looks at the gate again before a destroy of a part is written.
func (g Policy) CheckDestroy(ctx context.Context, with *gcp.Policy, without func() *gcp.Policy) error {
	if g.Gate == nil {
		return nil
	}
	return nothingWritten(g.closedLines(ctx, without(), with, Now(ctx, g.Clients)))
}

// closedLines are the problems of a closed gate as an apply says them.
func (g Policy) closedLines(ctx context.Context, now, after *judge.Policy, e judge.Evidence) (lines []string) {
	for _, problem := range g.closed(ctx, now, after, g.Rule, e) {
		lines = append(lines, problem.summary+": "+problem.detail)
	}
	return lines
}

// nothingWritten is the error of a check before a write; nil if there is nothing to say.
func nothingWritten(lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	return errors.New("nothing was written.\n\n" + strings.Join(lines, "\n\n"))
}

// unlessKnown is a gate that cannot be judged yet.
func (g *Gate) unlessKnown(open bool) *Gate {
	if g == nil || !open {
		return g
	}
	later := *g
	later.Unknown = true
	return &later
}
