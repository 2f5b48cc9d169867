package guard

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// gateLook is one evaluation of the audit log.
type gateLook struct {
	Policy
	turns    []judge.Turn
	after    *judge.Policy
	evidence judge.Evidence
	window   auditlog.Window

	problems []gateProblem
	judged   map[admission.Request]judgement
	exempt   map[string][]string // patterns by region
	clusters map[string]*gcp.Cluster
	missing  []string // zones that did not answer
	since    time.Time
	want     []int // pods by turn
}

func newGateLook(g Policy, turns []judge.Turn, after *judge.Policy, e judge.Evidence) *gateLook {
	now := time.Now().UTC()
	return &gateLook{
		Policy: g, turns: turns, after: after, evidence: e, window: auditlog.Window{Since: now.Add(-g.Gate.Lookback), Until: now},
		judged: map[admission.Request]judgement{}, exempt: map[string][]string{},
	}
}

func (l *gateLook) add(summary, detail string) {
	l.problems = append(l.problems, gateProblem{summary, detail})
}

// existing reads the clusters, and the time since which the clusters use the policy or the rule.
func (l *gateLook) existing(ctx context.Context) (err error) {
	if l.clusters, l.missing, err = l.Clients.Clusters(ctx, l.Project); err != nil {
		return err
	}
	live, err := l.Clients.SharedPolicy(ctx, l.Project)
	if err != nil {
		return err
	}
	l.since = live.GetUpdateTime().AsTime()
	if l.Trial != nil && l.Trial.LeftOut.Remains(live) && l.Trial.LeftOut.Remains(l.after) {
		l.since = l.Trial.Since
	}
	l.since = l.since.Add(l.Clients.Propagation())
	if l.since.Before(l.window.Since) {
		l.since = l.window.Since
	}
	// A change in the same write counts as made before the turns. But it had no dry run either.
	l.untried(judge.Turns(live, l.after, l.Rule))
	for _, turn := range l.turns {
		l.want = append(l.want, l.wanted(turn))
	}
	return nil
}

func (l *gateLook) cluster(location, id string) *gcp.Cluster {
	return l.clusters[resname.Cluster{Project: l.Project, Location: location, ID: id}.String()]
}

// gone reports whether a cluster no longer exists: it cannot have refusals.
func (l *gateLook) gone(location, id string) bool {
	return l.cluster(location, id) == nil && len(l.missing) == 0
}

// untried reports the changes without a dry run, each once.
func (l *gateLook) untried(turns []judge.Turn) {
	for _, turn := range turns {
		if turn.Untried == "" {
			continue
		}
		problem := gateProblem{"No dry run before enforcement", fmt.Sprintf(
			"%s of %s would be enforced, and %s. So an audit log without refusals proves nothing.\n\n"+
				"First apply the planned rule with enforcement_mode = %q. Enforce it when the gate has enough evidence. "+
				"The attribute waive has no effect on this error.",
			turn.Path, l.ID, turn.Untried, admission.DryRun)}
		if !slices.Contains(l.problems, problem) {
			l.problems = append(l.problems, problem)
		}
	}
}

// concerned reports whether a workload is part of a turn.
func (l *gateLook) concerned(r admission.Request) bool {
	return slices.ContainsFunc(l.turns, func(turn judge.Turn) bool { return turn.Concerns(r) })
}

// refusedTrial is a group of pods admitted by a dry run, and refused by enforcement.
type refusedTrial struct {
	auditlog.Group
	why string
}

// denials judges the logged refusals of dry runs.
func (l *gateLook) denials(ctx context.Context) error {
	var tally auditlog.Tally
	kinds := []auditlog.Kind{auditlog.DryRun}
	filter := auditlog.EventFilter(kinds, l.window, l.places()...)
	complete, err := Events(ctx, l.Clients, l.Project, filter, gateEntries, func(e auditlog.Event) bool {
		tally.Add(e, kinds)
		return true
	})
	if err != nil {
		return err
	}
	result := gateResult{window: l.window}
	for _, group := range tally.Groups() {
		l.weigh(group, &result)
	}
	if !complete {
		result.cut = gateEntries
	}
	l.tell(&result)
	return nil
}

// judgement is the verdict of the planned policy on a request.
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
	if !l.concerned(r) || l.gone(group.Location, group.Cluster) {
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
