package bench_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// BenchmarkPolicy plans one policy with many rules, and a change of one of them. Validation,
// comparison, lock-outs and weakenings cover all rules, so the time per rule must stay constant.
func BenchmarkPolicy(b *testing.B) {
	for _, rules := range []int{0, 125, 250, 500, 1000} {
		b.Run("rules="+strconv.Itoa(rules), func(b *testing.B) {
			server, env := emulated(b, 0, emulator.Options{})
			w, p := newWorkspace(b, policyOf(rules), env...), ours(b)
			w.run(b, p, "apply", "-auto-approve")
			var same, changed series
			before := server.Calls()
			for b.Loop() {
				same.add(w.run(b, p, "plan", "-detailed-exitcode"))
				changed.add(w.run(b, p, "plan", "-var", "mode=ALWAYS_ALLOW"))
			}
			report(b, map[string]float64{
				"ms/plan": milliseconds(median(same.wall)), "cpu-ms/plan": milliseconds(median(same.cpu)),
				"ms/change": milliseconds(median(changed.wall)), "cpu-ms/change": milliseconds(median(changed.cpu)),
				"calls/plan": float64(made(before, server.Calls())) / float64(2*len(same.wall)),
			})
		})
	}
}

func policyOf(rules int) string {
	var s strings.Builder
	s.WriteString(header + "variable \"mode\" {\n  default = \"ALWAYS_DENY\"\n}\nresource \"binauthz_policy\" \"it\" {\n" +
		"  default_admission_rule = { evaluation_mode = \"ALWAYS_ALLOW\", enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\" }\n" +
		"  cluster_admission_rules = {\n")
	for i := range rules {
		mode := `"ALWAYS_DENY"`
		if i == 0 {
			mode = "var.mode"
		}
		fmt.Fprintf(&s, "    \"us-central1.c%d\" = { evaluation_mode = %s, enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\" }\n",
			i, mode)
	}
	s.WriteString("  }\n}\n")
	return s.String()
}
