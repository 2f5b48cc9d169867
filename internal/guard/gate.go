package guard

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
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
	look := &gateLook{Policy: g, turns: turns, after: after, evidence: e}
	look.window.Until = time.Now().UTC()
	look.window.Since = look.window.Until.Add(-g.Gate.Lookback)
	problems = look.untried()
	for _, read := range []func(context.Context) (gateProblem, bool, error){look.denials, look.traffic} {
		problem, closed, err := read(ctx)
		switch {
		case err != nil:
			return append(problems, gateProblem{"Cannot read the evidence", lifecycle.Words(err) + "\n\nThe gate stays closed as long as the evidence cannot be read."})
		case closed:
			problems = append(problems, problem)
		}
	}
	return problems
}

// gateLook is one look at the audit log.
type gateLook struct {
	Policy
	turns    []judge.Turn
	after    *judge.Policy
	evidence judge.Evidence
	window   auditlog.Window
}

// untried are the changes that no dry run says anything about.
func (l *gateLook) untried() (problems []gateProblem) {
	for _, turn := range l.turns {
		if turn.Untried != "" {
			problems = append(problems, gateProblem{"No dry run before enforcement", fmt.Sprintf(
				"%s of %s would be enforced, and %s. An audit log without refusals proves nothing then.\n\n"+
					"Apply the rule as it is to be with enforcement_mode = %q first, and enforce it when the gate's evidence is there.",
				turn.Path, l.ID, turn.Untried, admission.DryRun)})
		}
	}
	return problems
}

// concerned is the first turn that a workload is one of.
func (l *gateLook) concerned(r admission.Request) (judge.Turn, bool) {
	for _, turn := range l.turns {
		if turn.Concerns(r) {
			return turn, true
		}
	}
	return judge.Turn{}, false
}

// refusedTrial is what a dry run let pass and what enforcement would refuse.
type refusedTrial struct {
	auditlog.Group
	why string
}

// denials looks at what a dry run let pass.
func (l *gateLook) denials(ctx context.Context) (problem gateProblem, closed bool, err error) {
	var tally auditlog.Tally
	kinds := []auditlog.Kind{auditlog.DryRun}
	complete, err := Events(ctx, l.Clients, l.Project, auditlog.EventFilter(kinds, l.window), gateEntries, func(e auditlog.Event) bool {
		tally.Add(e, kinds)
		return true
	})
	if err != nil {
		return problem, false, err
	}
	result := gateResult{window: l.window}
	for _, group := range tally.Groups() {
		l.weigh(group, &result)
	}
	if !complete {
		result.cut = gateEntries
	}
	detail := result.detail()
	return gateProblem{"Enforcement would refuse pods that a dry run let pass", l.ID + ": " + detail}, detail != "", nil
}

func (l *gateLook) weigh(group auditlog.Group, result *gateResult) {
	r := requestOf(group.Location, group.Cluster, group.Namespace, group.ServiceAccount, group.Image)
	if _, concerned := l.concerned(r); !concerned {
		return
	}
	if admission.Exempts(l.Gate.Waive, group.Image) {
		result.waived++
		return
	}
	if why, refused := judge.StillRefused(l.after, r, l.evidence); refused {
		result.refused = append(result.refused, refusedTrial{group, why})
		return
	}
	result.admitted++
}

// traffic looks whether enough pods were created for silence to mean something.
func (l *gateLook) traffic(ctx context.Context) (problem gateProblem, closed bool, err error) {
	if l.Gate.MinPodCreations == 0 {
		return problem, false, nil
	}
	clusters, missing, err := l.Clients.Clusters(ctx, l.Project)
	if err != nil {
		return problem, false, err
	}
	seen := make([]int, len(l.turns))
	complete, err := Events(ctx, l.Clients, l.Project, auditlog.CreationFilter(l.window), gateEntries, func(e auditlog.Event) bool {
		if l.evaluated(clusters, e) {
			l.count(e, seen)
		}
		return !l.enough(seen)
	})
	if err != nil || l.enough(seen) {
		return problem, false, err
	}
	return gateProblem{"Too little evidence for enforcement", l.tooLittle(seen, missing, complete)}, true, nil
}

// evaluated says that the cluster of an event evaluates the project's policy: elsewhere a pod proves nothing.
func (l *gateLook) evaluated(clusters map[string]*gcp.Cluster, e auditlog.Event) bool {
	cluster := clusters[resname.Cluster{Project: l.Project, Location: e.Location, ID: e.Cluster}.String()]
	return cluster != nil && cluster.Setting.UsesProjectPolicy()
}

func (l *gateLook) count(e auditlog.Event, seen []int) {
	for i, turn := range l.turns {
		if turn.Concerns(requestOf(e.Location, e.Cluster, e.Namespace, e.Pod.ServiceAccount, "")) {
			seen[i]++
		}
	}
}

func (l *gateLook) enough(seen []int) bool {
	for _, n := range seen {
		if n < l.Gate.MinPodCreations {
			return false
		}
	}
	return true
}
