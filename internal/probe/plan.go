package probe

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// costs are the costs of needs at list prices, unless they are negligible.
var costs = map[Need]string{
	NeedNewCluster: "Creates and deletes five clusters with one node each, at most two at a time: about 1 USD.",
	NeedKeyRing: "Creates software keys and schedules their versions for destruction after a day: below 0.05 USD. The empty keys " +
		"stay forever.",
	NeedPods: "Creates pods that cannot run, in a new namespace of the named cluster, and deletes the namespace.",
	NeedCluster: "Changes the Binary Authorization setting of the named cluster, and restores it. Meanwhile, the cluster starts or " +
		"stops enforcement.",
	NeedPolicy: "Changes the policy of the project, and restores it. The change affects new pods of every cluster that evaluates the " +
		"policy at once.",
}

// Plan describes the actions, duration and cost of a run before it starts.
func Plan(t Target, probes []Probe) string {
	var b strings.Builder
	var lasts time.Duration
	runs := 0
	needs := map[Need]bool{}
	for _, p := range probes {
		if t.lacks(p) != "" {
			continue
		}
		runs++
		lasts += p.lasts()
		for _, n := range p.Needs {
			needs[n] = true
		}
	}
	fmt.Fprintf(&b, "%d of %d probes run on project %s; duration about %s.\n", runs, len(probes), t.Project, lasts.Round(time.Minute))
	b.WriteString("They create notes, attestors, attestations and platform policies named probe-*, and delete them, at no cost.\n")
	for _, n := range []Need{NeedKeyRing, NeedNewCluster, NeedCluster, NeedPods, NeedPolicy} {
		if needs[n] {
			fmt.Fprintln(&b, costs[n])
		}
	}
	for _, why := range skipReasons(t, probes) {
		fmt.Fprintln(&b, why)
	}
	return b.String()
}

// skipReasons returns the reasons of skipped probes, with the number of probes for each.
func skipReasons(t Target, probes []Probe) []string {
	counts := map[string]int{}
	for _, p := range probes {
		if why := t.lacks(p); why != "" {
			counts[why]++
		}
	}
	var lines []string
	for why, n := range counts {
		lines = append(lines, fmt.Sprintf("Skipped, %d: %s.", n, why))
	}
	slices.Sort(lines)
	return lines
}
