package guard

import (
	"context"
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// traffic checks whether each rule had enough pods for its dry run to be evidence.
func (l *gateLook) traffic(ctx context.Context) error {
	seen := make([]int, len(l.turns))
	if l.enough(seen) {
		return nil
	}
	if !l.since.Before(l.window.Until) {
		l.add(tooLittleEvidence, l.tooEarly())
		return nil
	}
	var unread error
	window := auditlog.Window{Since: l.since, Until: l.window.Until}
	filter := auditlog.CreationFilter(window, l.places()...)
	complete, err := Events(ctx, l.Clients, l.Project, filter, gateEntries, func(e auditlog.Event) bool {
		var judged bool
		if judged, unread = l.evaluated(ctx, e); judged {
			l.count(e, seen)
		}
		return unread == nil && !l.enough(seen)
	})
	if unread != nil {
		return unread
	}
	if err == nil && !l.enough(seen) {
		l.add(tooLittleEvidence, l.tooLittle(seen, complete))
	}
	return err
}

// evaluated reports whether the policy decided on a pod: its cluster evaluates the project's
// policy, it was not admitted by breakglass or without a decision, and one of its images is not
// exempt. A pod with exempt images only is no evidence.
func (l *gateLook) evaluated(ctx context.Context, e auditlog.Event) (bool, error) {
	cluster := l.cluster(e.Location, e.Cluster)
	unjudged := slices.ContainsFunc(e.Kinds, func(k auditlog.Kind) bool { return k != auditlog.DryRun })
	if cluster == nil || !cluster.Setting.UsesProjectPolicy() || unjudged {
		return false, nil
	}
	patterns, err := l.exemptions(ctx, judge.Region(e.Location))
	return err == nil && slices.ContainsFunc(e.Images(), func(image string) bool { return !admission.Exempts(patterns, image) }), err
}

// exemptions are the patterns of the planned policy, and in a region also those of Google's system
// policy if enabled.
func (l *gateLook) exemptions(ctx context.Context, region string) ([]string, error) {
	if patterns, known := l.exempt[region]; known {
		return patterns, nil
	}
	rules := projectpolicy.Rules(l.after)
	patterns := slices.Clone(rules.Patterns)
	if rules.GlobalEvaluation {
		system, err := l.Clients.SystemPolicy(ctx, region)
		if err != nil {
			return nil, err
		}
		patterns = append(patterns, projectpolicy.Patterns(system)...)
	}
	l.exempt[region] = patterns
	return patterns, nil
}

// count counts a pod for each planned rule to be enforced for it.
func (l *gateLook) count(e auditlog.Event, seen []int) {
	for i, turn := range l.turns {
		if l.counts(turn, requestOf(e.Location, e.Cluster, e.Namespace, e.Pod.ServiceAccount, "")) {
			seen[i]++
		}
	}
}

// counts reports whether a workload counts for a turn: the same rule is to be enforced for it, and
// the rule before the change was not enforced.
func (l *gateLook) counts(turn judge.Turn, r admission.Request) bool {
	return slices.ContainsFunc(l.turns, func(other judge.Turn) bool { return other.SameEnd(turn) && other.Concerns(r) })
}

// idle reports whether a rule is to be enforced for no pod: the removed rule is of a deleted
// cluster, or it is the default rule, and every cluster with policy evaluation has a rule of its
// own.
func (l *gateLook) idle(turn judge.Turn) bool {
	if turn.Removed() && turn.Path.Field == string(admission.ScopeCluster) {
		location, id, _ := admission.ClusterOfKey(turn.Path.Key)
		return l.gone(location, id)
	}
	if turn.Path.Field != string(admission.ScopeDefault) || len(l.missing) > 0 {
		return false
	}
	evaluating := 0
	for _, cluster := range l.clusters {
		if !cluster.Setting.UsesProjectPolicy() {
			continue
		}
		evaluating++
		key := admission.ClusterKey(cluster.Name.Location, cluster.Name.ID)
		if l.counts(turn, admission.Request{Cluster: key, Stranger: true}) {
			return false
		}
	}
	return evaluating > 0
}

// wanted is the required number of pods of a turn.
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
