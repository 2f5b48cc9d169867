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

// gateEntries is the maximum number of log entries that a gate reads: of dry runs, and of created
// pods.
const gateEntries = 20_000

// Gate requires evidence before enforcement.
type Gate struct {
	// Lookback is the age of the oldest log entry read.
	Lookback time.Duration
	// MinPodCreations is the required number of created pods for each rule to be enforced.
	MinPodCreations int
	// Waive are patterns of accepted refusals.
	Waive []string
	// Unknown means that an attribute of the gate is unknown.
	Unknown bool
}

// Trial is the dry run of a rule.
type Trial struct {
	// Since is the time of the last change of the rule.
	Since time.Time
	// LeftOut is what the dry run leaves out at most, since then.
	LeftOut judge.LeftOut
}

// gateProblem is a reason for a closed gate.
type gateProblem struct{ summary, detail string }

// planGate refuses a plan that enforces without evidence. rule is nil for the whole policy.
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

// closed are the reasons of the gate to refuse a change.
func (g Policy) closed(
	ctx context.Context, now, after *judge.Policy, rule *projectpolicy.Target, e judge.Evidence,
) (problems []gateProblem) {
	turns := judge.Turns(now, after, rule)
	if g.Gate == nil || len(turns) == 0 {
		return nil
	}
	look := newGateLook(g, turns, after, e)
	look.untried(turns)
	for _, read := range []func(context.Context) error{look.existing, look.denials, look.traffic} {
		if err := read(ctx); err != nil {
			look.add("Cannot read the evidence", lifecycle.Words(err)+"\n\nThe gate stays closed until the evidence can be read.")
			break
		}
	}
	return look.problems
}

// gateOfDestroy refuses a destroy without evidence if an enforced rule then applies to workloads
// without enforcement so far.
func (g Policy) gateOfDestroy(ctx context.Context, diags *diag.Diagnostics, now, after *judge.Policy) {
	for _, problem := range g.closed(ctx, now, after, g.Rule, g.evidence(ctx)) {
		diags.AddError(problem.summary, problem.detail+"\n\nTo destroy it anyway, remove "+FieldGate+" and apply this change first.")
	}
}

// CheckDestroy checks the gate again before the write of a destroy.
func (g Policy) CheckDestroy(ctx context.Context, with *gcp.Policy, without func() *gcp.Policy) error {
	if g.Gate == nil {
		return nil
	}
	return nothingWritten(g.closedLines(ctx, without(), with, Now(ctx, g.Clients)))
}

// closedLines are the problems of a closed gate in the form of an apply.
func (g Policy) closedLines(ctx context.Context, now, after *judge.Policy, e judge.Evidence) (lines []string) {
	for _, problem := range g.closed(ctx, now, after, g.Rule, e) {
		lines = append(lines, problem.summary+": "+problem.detail)
	}
	return lines
}

// nothingWritten is the error of a check before a write, nil without problems.
func nothingWritten(lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	return errors.New("nothing was written.\n\n" + strings.Join(lines, "\n\n"))
}

// unlessKnown marks a gate as unknown if open is true.
func (g *Gate) unlessKnown(open bool) *Gate {
	if g == nil || !open {
		return g
	}
	later := *g
	later.Unknown = true
	return &later
}
