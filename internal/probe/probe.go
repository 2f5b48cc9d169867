// Package probe tests undocumented behavior of Google's APIs. Package emulator had to decide on
// each such point, and lists them as unknown. Each entry of that list is a Probe: a few calls by
// Google's own clients, and the emulator's answers. The same probes run on a real project, and a
// report shows the differences.
//
// A probe changes only its own objects, with two exceptions: the policy of the project and the
// setting of a named cluster. The run reads them first and restores them afterwards.
package probe

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Need is a precondition of a probe, in addition to the right to create small objects.
type Need string

// The needs. On a real project, each has its own variable, see Config.
const (
	// NeedCluster is an existing cluster. The probe changes its Binary Authorization setting.
	NeedCluster Need = "cluster"
	// NeedNewCluster creates a cluster and deletes it. It costs money.
	NeedNewCluster Need = "new cluster"
	// NeedKeyRing creates keys in an existing key ring. Keys cannot be deleted, only their
	// versions.
	NeedKeyRing Need = "key ring"
	// NeedMany creates more than a hundred attestors.
	NeedMany Need = "many objects"
	// NeedPolicy changes the live policy of the project.
	NeedPolicy Need = "project policy"
	// NeedPods creates a namespace with pods in the named cluster. Its control plane must be
	// reachable.
	NeedPods Need = "pods"
)

// Probe is one question to an API.
type Probe struct {
	// ID is in upper case with hyphens, and starts with the service: ATTESTOR-ETAG-STALE. It never
	// changes.
	ID string
	// Unknown describes the emulator's behavior, for the list in the documentation of package
	// emulator.
	Unknown string
	Needs   []Need
	// Takes is the time on a real project; zero means a few seconds.
	Takes time.Duration
	// Run makes the calls. It reports each answer of interest with Trial.Saw.
	Run func(ctx context.Context, t *Trial)
	// Want contains the emulator's answers, one line for each call of Trial.Saw. Spaces around
	// lines are ignored.
	Want string
}

// Section is the part of the list for one service.
type Section struct {
	Title  string
	Probes []Probe
}

// Sections returns all probes in the order of the list.
func Sections() []Section {
	return []Section{
		{"All services", commonProbes()},
		{"Attestors", attestorProbes()},
		{"Keys and signatures", signatureProbes()},
		{"The policy of a project", policyProbes()},
		{"Platform policies", platformProbes()},
		{"Evaluation of platform policies and its evidence", evaluationProbes()},
		{"IAM", iamProbes()},
		{"GKE", slices.Concat(gkeProbes(), clusterProbes(), newClusterProbes())},
		{"Cloud KMS", kmsProbes()},
		{"Container Analysis", slices.Concat(noteProbes(), occurrenceProbes())},
		{"Cloud Logging", loggingProbes()},
		{"Cloud Asset Inventory", assetProbes()},
		{"Pods", podProbes()},
	}
}

// All returns the probes of all sections.
func All() []Probe {
	var all []Probe
	for _, s := range Sections() {
		all = append(all, s.Probes...)
	}
	return all
}

var idForm = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$`)

// Check reports an error in a set of probes: a malformed or duplicate ID, or a missing part.
func Check(probes []Probe) error {
	seen := map[string]bool{}
	for _, p := range probes {
		switch {
		case !idForm.MatchString(p.ID):
			return fmt.Errorf("%q is not the id of a probe", p.ID)
		case seen[p.ID]:
			return fmt.Errorf("two probes have the id %s", p.ID)
		case !strings.HasSuffix(p.Unknown, "."):
			return fmt.Errorf("%s: the text of the unknown is not a sentence", p.ID)
		case p.Run == nil || wantLines(p.Want) == nil:
			return fmt.Errorf("%s: the probe has no calls or no wanted answer", p.ID)
		}
		seen[p.ID] = true
	}
	return nil
}

func (p Probe) needs(n Need) bool { return slices.Contains(p.Needs, n) }

// lasts returns the estimated time on a real project.
func (p Probe) lasts() time.Duration {
	if p.Takes == 0 {
		return 5 * time.Second
	}
	return p.Takes
}

// wantLines returns the lines of a wanted answer without surrounding spaces.
func wantLines(want string) []string {
	var lines []string
	for line := range strings.Lines(want) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
