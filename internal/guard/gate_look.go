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

// gateLook is one look at the audit log.
type gateLook struct {
	Policy
	turns    []judge.Turn
	after    *judge.Policy
	evidence judge.Evidence
	window   auditlog.Window

	problems []gateProblem
	judged   map[admission.Request]judgement
	exempt   map[string][]string // patterns by the location of a cluster
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

// existing looks up which clusters there are, and since when the policy or the rule is as it is.
func (l *gateLook) existing(ctx context.Context) (err error) {
	if l.clusters, l.missing, err = l.Clients.Clusters(ctx, l.Project); err != nil {
		return err
	}
	l.since = l.TriedSince
	if l.since.IsZero() {
		live, err := l.Clients.SharedPolicy(ctx, l.Project)
		if err != nil {
			return err
		}
		l.since = live.GetUpdateTime().AsTime()
	}
	if l.since.Before(l.window.Since) {
		l.since = l.window.Since
	}
	for _, turn := range l.turns {
		l.want = append(l.want, l.wanted(turn))
	}
	return nil
}

func (l *gateLook) cluster(location, id string) *gcp.Cluster {
	return l.clusters[resname.Cluster{Project: l.Project, Location: location, ID: id}.String()]
}

// gone says that a cluster does not exist any more: nothing of it can be refused.
func (l *gateLook) gone(location, id string) bool {
	return l.cluster(location, id) == nil && len(l.missing) == 0
}

// untried tells of the changes that no dry run says anything about.
func (l *gateLook) untried() {
	for _, turn := range l.turns {
		if turn.Untried != "" {
			l.add("No dry run before enforcement", fmt.Sprintf(
				"%s of %s would be enforced, and %s. An audit log without refusals proves nothing then.\n\n"+
					"Apply the rule as it is to be with enforcement_mode = %q first, and enforce it when the gate's evidence is there. waive does not help here.",
				turn.Path, l.ID, turn.Untried, admission.DryRun))
		}
	}
}

// concerned says that a workload is one of a turn.
func (l *gateLook) concerned(r admission.Request) bool {
	return slices.ContainsFunc(l.turns, func(turn judge.Turn) bool { return turn.Concerns(r) })
}

// refusedTrial is what a dry run let pass and what enforcement would refuse.
type refusedTrial struct {
	auditlog.Group
	why string
}

// denials looks at what a dry run let pass.
func (l *gateLook) denials(ctx context.Context) error {
	var tally auditlog.Tally
	kinds := []auditlog.Kind{auditlog.DryRun}
	complete, err := Events(ctx, l.Clients, l.Project, auditlog.EventFilter(kinds, l.window), gateEntries, func(e auditlog.Event) bool {
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
