package policy_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const (
	teamRounds = 10
	teamRules  = 20
	theirs     = "us-central1.theirs"
)

// wanted are the rules of a team in a round, by key, with their evaluation modes: each round
// removes two, adds two and changes some.
func wanted(team string, round int) map[string]string {
	all := map[string]string{}
	for i := 2 * round; i < 2*round+teamRules; i++ {
		all[fmt.Sprintf("us-central1.%s%d", team, i)] = []string{"ALWAYS_DENY", "ALWAYS_ALLOW"}[(i+round)%5/4]
	}
	return all
}

func teamConfig(rules map[string]string) string {
	var entries strings.Builder
	for _, key := range slices.Sorted(maps.Keys(rules)) {
		fmt.Fprintf(&entries, "    %q = %q\n", key, rules[key])
	}
	return `
resource "binauthz_policy_rule" "all" {
  for_each = {
` + entries.String() + `  }
  scope            = { cluster = each.key }
  evaluation_mode  = each.value
  enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY"
}
`
}

// TestPolicyOfTwoTeams: two teams apply 20 rules each at the same time, in several rounds, with
// changes, removals, and edits in the console: none is lost, neither at the end of a round nor in
// between.
func TestPolicyOfTwoTeams(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{Latency: 25 * time.Millisecond})
	console(t, g, 0)
	teams := map[string]*acctest.CLI{"a": g.CLI(t, ""), "b": g.CLI(t, "")}
	began, lost, seen := time.Now(), 0, 1
	before := map[string]string{theirs: "ALWAYS_DENY"}
	for round := range teamRounds {
		now := map[string]string{theirs: "ALWAYS_DENY"}
		applied := make(chan string, len(teams))
		for name, cli := range teams {
			rules := wanted(name, round)
			maps.Copy(now, rules)
			cli.Write(t, teamConfig(rules))
			go applyAlone(t, g.Fresh(t, cli), applied)
		}
		edits := atTheConsole(t, g, applied, len(teams))
		past := g.Emulator.Binauthz().PolicyHistory(g.Project)
		lost += lostIn(t, round, past[seen:], before, now) + lostAtTheEnd(t, round, past[len(past)-1], now, edits)
		before, seen = now, len(past)
	}
	writes := g.Calls("UpdatePolicy")
	t.Logf("%d rounds of 2 teams with %d rules each, %s: %d writes, of which %d met a conflict; %d rules lost",
		teamRounds, teamRules, time.Since(began).Round(time.Millisecond), writes, writes-seen, lost)
	if writes == seen {
		t.Error("no conflict was met: the teams did not write at the same time")
	}
}

func applyAlone(t *testing.T, cli *acctest.CLI, applied chan<- string) {
	t.Helper()
	out, code := cli.Run(t, "apply", "-auto-approve")
	if code == 0 {
		out = ""
	}
	applied <- out
}

// console writes a rule outside of all configurations.
func console(t *testing.T, g *acctest.Ground, n int) {
	t.Helper()
	edit(t, g, func(p *gcp.Policy) {
		p.Description = fmt.Sprint("edit ", n)
		p.AdmissionWhitelistPatterns = []*binaryauthorizationpb.AdmissionWhitelistPattern{
			{NamePattern: fmt.Sprintf("gcr.io/theirs/%d/*", n)},
		}
		if p.ClusterAdmissionRules == nil {
			p.ClusterAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{}
		}
		p.ClusterAdmissionRules[theirs] = &binaryauthorizationpb.AdmissionRule{
			EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_DENY,
			EnforcementMode: binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY,
		}
	})
}

// atTheConsole edits until all applies are over, and returns the number of the last edit.
func atTheConsole(t *testing.T, g *acctest.Ground, applied <-chan string, running int) (edits int) {
	t.Helper()
	for running > 0 {
		select {
		case out := <-applied:
			if running--; out != "" {
				t.Error(out)
			}
		default:
			edits++
			console(t, g, edits)
		}
	}
	return edits
}

// lostIn counts unchanged rules missing in a policy of the round.
func lostIn(t *testing.T, round int, past []*gcp.Policy, before, now map[string]string) (lost int) {
	t.Helper()
	for i, p := range past {
		for key, mode := range before {
			if now[key] == mode && p.GetClusterAdmissionRules()[key].GetEvaluationMode().String() != mode {
				lost++
				t.Errorf("round %d, policy %d: %s is %v", round, i, key, p.GetClusterAdmissionRules()[key])
			}
		}
	}
	return lost
}

func lostAtTheEnd(t *testing.T, round int, p *gcp.Policy, want map[string]string, edits int) (lost int) {
	t.Helper()
	got := map[string]string{}
	for key, rule := range p.GetClusterAdmissionRules() {
		got[key] = rule.GetEvaluationMode().String()
	}
	for key, mode := range want {
		if got[key] != mode {
			lost++
			t.Errorf("round %d: %s is %q in the end, want %q", round, key, got[key], mode)
		}
	}
	if len(got) != len(want) || p.GetDescription() != fmt.Sprint("edit ", edits) || len(p.GetAdmissionWhitelistPatterns()) != 1 {
		t.Errorf("round %d: %d rules, %q and %v after %d edits", round, len(got), p.GetDescription(), p.GetAdmissionWhitelistPatterns(),
			edits)
	}
	return lost
}
