package guard

import (
	"context"
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
)

// traffic looks whether enough pods were created for silence to mean something.
func (l *gateLook) traffic(ctx context.Context) error {
	seen := make([]int, len(l.turns))
	if l.enough(seen) {
		return nil
	}
	window := auditlog.Window{Since: l.since, Until: l.window.Until}
	complete, err := Events(ctx, l.Clients, l.Project, auditlog.CreationFilter(window), gateEntries, func(e auditlog.Event) bool {
		if l.evaluated(e) {
			l.count(e, seen)
		}
		return !l.enough(seen)
	})
	if err == nil && !l.enough(seen) {
		l.add("Too little evidence for enforcement", l.tooLittle(seen, complete))
	}
	return err
}

// evaluated says that a pod was judged: its cluster evaluates the project's policy, nothing let it pass unjudged, and one of its images
// is exempt by no pattern.
func (l *gateLook) evaluated(e auditlog.Event) bool {
	cluster := l.cluster(e.Location, e.Cluster)
	unjudged := slices.ContainsFunc(e.Kinds, func(k auditlog.Kind) bool { return k != auditlog.DryRun })
	if cluster == nil || !cluster.Setting.UsesProjectPolicy() || unjudged {
		return false
	}
	patterns, known := l.exempt[e.Location]
	if !known {
		patterns = judge.Exemptions(l.after, e.Location, l.evidence)
		l.exempt[e.Location] = patterns
	}
	return slices.ContainsFunc(e.Images(), func(image string) bool { return !admission.Exempts(patterns, image) })
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
		if evaluating++; turn.Decides(admission.Request{Cluster: admission.ClusterKey(cluster.Name.Location, cluster.Name.ID), Stranger: true}) {
			return false
		}
	}
	return evaluating > 0
}

// wanted is how many pods a turn needs.
func (l *gateLook) wanted(turn judge.Turn) int {
	if l.idle(turn) {
		return 0
	}
	return l.Gate.MinPodCreations
}

func (l *gateLook) enough(seen []int) bool {
	for i, n := range seen {
		if n < l.want[i] {
			return false
		}
	}
	return true
}
