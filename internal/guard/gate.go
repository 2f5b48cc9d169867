package guard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	look := &gateLook{Policy: g, turns: turns, after: after, evidence: e, judged: map[admission.Request]judgement{}}
	look.window.Until = time.Now().UTC()
	look.window.Since = look.window.Until.Add(-g.Gate.Lookback)
	problems = look.untried()
	for _, read := range []func(context.Context) (gateProblem, bool, error){look.existing, look.denials, look.traffic} {
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
	var lines []string
	for _, problem := range g.closed(ctx, without(), with, g.Rule, Now(ctx, g.Clients)) {
		lines = append(lines, problem.summary+": "+problem.detail)
	}
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

// gateLook is one look at the audit log.
type gateLook struct {
	Policy
	turns    []judge.Turn
	after    *judge.Policy
	evidence judge.Evidence
	window   auditlog.Window
	judged   map[admission.Request]judgement

	clusters map[string]*gcp.Cluster
	missing  []string // zones that did not answer
	since    time.Time
}

// existing looks up which clusters there are, and since when the policy or the rule is as it is.
func (l *gateLook) existing(ctx context.Context) (problem gateProblem, closed bool, err error) {
	if l.clusters, l.missing, err = l.Clients.Clusters(ctx, l.Project); err != nil {
		return problem, false, err
	}
	l.since = l.TriedSince
	if l.since.IsZero() {
		live, err := l.Clients.SharedPolicy(ctx, l.Project)
		if err != nil {
			return problem, false, err
		}
		l.since = live.GetUpdateTime().AsTime()
	}
	if l.since.Before(l.window.Since) {
		l.since = l.window.Since
	}
	return problem, false, nil
}

func (l *gateLook) cluster(location, id string) *gcp.Cluster {
	return l.clusters[resname.Cluster{Project: l.Project, Location: location, ID: id}.String()]
}

// gone says that a cluster does not exist any more: nothing of it can be refused.
func (l *gateLook) gone(location, id string) bool {
	return l.cluster(location, id) == nil && len(l.missing) == 0
}

// untried are the changes that no dry run says anything about.
func (l *gateLook) untried() (problems []gateProblem) {
	for _, turn := range l.turns {
		if turn.Untried != "" {
			problems = append(problems, gateProblem{"No dry run before enforcement", fmt.Sprintf(
				"%s of %s would be enforced, and %s. An audit log without refusals proves nothing then.\n\n"+
					"Apply the rule as it is to be with enforcement_mode = %q first, and enforce it when the gate's evidence is there. waive does not help here.",
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
	return l.result(&result)
}

// judgement is what the planned policy says of an image in a place.
type judgement struct {
	why     string
	refused bool
}

func (l *gateLook) judge(r admission.Request) judgement {
	if known, ok := l.judged[r]; ok {
		return known
	}
	var j judgement
	j.why, j.refused = judge.StillRefused(l.after, r, l.evidence)
	l.judged[r] = j
	return j
}

func (l *gateLook) weigh(group auditlog.Group, result *gateResult) {
	r := requestOf(group.Location, group.Cluster, group.Namespace, group.ServiceAccount, group.Image)
	if _, concerned := l.concerned(r); !concerned || l.gone(group.Location, group.Cluster) {
		return
	}
	if admission.Exempts(l.Gate.Waive, group.Image) {
		result.waived++
		return
	}
	if j := l.judge(r); j.refused {
		result.refused = append(result.refused, refusedTrial{group, j.why})
		return
	}
	result.admitted++
}

// traffic looks whether enough pods were created for silence to mean something.
func (l *gateLook) traffic(ctx context.Context) (problem gateProblem, closed bool, err error) {
	if l.Gate.MinPodCreations == 0 {
		return problem, false, nil
	}
	window := auditlog.Window{Since: l.since, Until: l.window.Until}
	seen := make([]int, len(l.turns))
	complete, err := Events(ctx, l.Clients, l.Project, auditlog.CreationFilter(window), gateEntries, func(e auditlog.Event) bool {
		if l.evaluated(e) {
			l.count(e, seen)
		}
		return !l.enough(seen)
	})
	if err != nil || l.enough(seen) {
		return problem, false, err
	}
	return gateProblem{"Too little evidence for enforcement", l.tooLittle(seen, complete)}, true, nil
}

// evaluated says that a pod was judged: its cluster evaluates the project's policy, and nothing let it pass unjudged.
func (l *gateLook) evaluated(e auditlog.Event) bool {
	cluster := l.cluster(e.Location, e.Cluster)
	unjudged := slices.ContainsFunc(e.Kinds, func(k auditlog.Kind) bool { return k != auditlog.DryRun })
	return cluster != nil && cluster.Setting.UsesProjectPolicy() && !unjudged && judge.Evaluated(l.after, e.Location, e.Images(), l.evidence)
}

// count counts a pod for each rule that decides on pods like it after the change.
func (l *gateLook) count(e auditlog.Event, seen []int) {
	for i, turn := range l.turns {
		if turn.Decides(requestOf(e.Location, e.Cluster, e.Namespace, e.Pod.ServiceAccount, "")) {
			seen[i]++
		}
	}
}

// idle says that every cluster that evaluates the policy has a rule of its own, so that no pod can be what the turn is about.
func (l *gateLook) idle(turn judge.Turn) bool {
	if turn.Path.Field != string(admission.ScopeDefault) || len(l.missing) > 0 {
		return false
	}
	evaluating := 0
	for _, cluster := range l.clusters {
		if !cluster.Setting.UsesProjectPolicy() {
			continue
		}
		if evaluating++; turn.Decides(admission.Request{Cluster: cluster.Name.Location + "." + cluster.Name.ID, Stranger: true}) {
			return false
		}
	}
	return evaluating > 0
}

func (l *gateLook) enough(seen []int) bool {
	for i, n := range seen {
		if n < l.Gate.MinPodCreations && !l.idle(l.turns[i]) {
			return false
		}
	}
	return true
}
