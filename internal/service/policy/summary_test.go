package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestPolicyWarningsAreToldApart: Terraform shows only one of several warnings with the same
// summary. So each summary contains its object, for any number of weakenings.
func TestPolicyWarningsAreToldApart(t *testing.T) {
	t.Parallel()
	const rules = 8
	whole := func(value, more string) string {
		return config(allow, "cluster_admission_rules = { for i in range(8) : \"us-central1.c${i}\" => "+value+" }\n"+more)
	}
	parts := func(value, more string) string {
		return strings.Replace(ruleConfig("cluster = \"us-central1.c${count.index}\"", value, more), "\"it\" {\n",
			"\"it\" {\n  count = 8\n", 1)
	}
	for name, c := range map[string]func(value, more string) string{"whole": whole, "parts": parts} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, c(deny, ""))
			says(t, cli, anApply, true)
			cli.Write(t, c(dryRun, ""))
			told(t, says(t, g.Fresh(t, cli), aPlan, true),
				"Warning: Policy is weakened: ENFORCEMENT_TO_DRY_RUN (projects/demo/policy/cluster/us-central1.c%d)", rules)
			told(t, says(t, g.Fresh(t, cli), []string{"plan", "-destroy"}, true),
				"Warning: Policy is weakened: RULE_REMOVED (projects/demo/policy/cluster/us-central1.c%d)", rules)
			cli.Write(t, later("ALWAYS_ALLOW")+isLater(c(strings.Replace(deny, "ALWAYS_DENY", "X", 1), ""), "X"))
			out := says(t, g.Fresh(t, cli), aPlan, true)
			if name == "parts" {
				told(t, out, skipped+" (projects/demo/policy/cluster/us-central1.c%d)", rules)
			}
			cli.Write(t, c(strings.Replace(require("none"), "ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY", 1), ""))
			says(t, g.Fresh(t, cli), aPlan, true, "projects/demo/attestors/none)")
		})
	}
}

func told(t *testing.T, out, format string, n int) {
	t.Helper()
	for i := range n {
		if text := fmt.Sprintf(format, i); !strings.Contains(out, text) {
			t.Errorf("%q is not there: %s", text, out)
		}
	}
	if strings.Contains(out, "similar warning") {
		t.Errorf("warnings are folded: %s", out)
	}
}

// TestPolicySubjectsAreToldApart: each lock-out by a destroy, each removed attestor of a rule and
// each pattern has a separate summary.
func TestPolicySubjectsAreToldApart(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	attestors(t, g, "a", "b", "c")
	cli := g.CLI(t, config(require("a", "b", "c"),
		"admission_whitelist_patterns = [\"gcr.io/old/*\"]\nglobal_policy_evaluation_mode = \"DISABLE\"\nacknowledge_lockout = true"))
	says(t, cli, anApply, true)
	cli.Write(t, config(require("a"),
		"admission_whitelist_patterns = [\"gcr.io/x/*\", \"gcr.io/y/*\", \"gcr.io/old/**\"]\nglobal_policy_evaluation_mode = \"ENABLE\""))
	out := says(t, g.Fresh(t, cli), aPlan, true,
		"weakened: ATTESTOR_REMOVED (projects/demo/policy/default, projects/demo/attestors/b)",
		"weakened: ATTESTOR_REMOVED (projects/demo/policy/default, projects/demo/attestors/c)",
		"weakened: PATTERN_ADDED (projects/demo/policy/admission_whitelist_patterns/gcr.io/x/*)",
		"weakened: PATTERN_ADDED (projects/demo/policy/admission_whitelist_patterns/gcr.io/y/*)",
		"weakened: PATTERN_WIDENED (projects/demo/policy/admission_whitelist_patterns/gcr.io/old/**)",
		"weakened: GLOBAL_POLICY_ENABLED (projects/demo/policy/global_policy_evaluation_mode)")
	told(t, out, "", 0)
}
