package bench_test

import (
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// BenchmarkApplyOfParts creates 30 notes, 30 attestors, 31 rules with these attestors and 10
// patterns in one apply, as in a typical first apply. It counts the reads of attestors, including
// one in each attestor's own create, and the reads and writes of the policy.
func BenchmarkApplyOfParts(b *testing.B) {
	var took []time.Duration
	figures := map[string][]float64{}
	for b.Loop() {
		server, env := emulated(b, 0, emulator.Options{KMSKeys: []string{"projects/demo/locations/global/keyRings/r/cryptoKeys/k"}})
		w, p := newWorkspace(b, header+acctest.HCL(b, "testdata/first_apply.tf", nil), env...), ours(b)
		before := server.Calls()
		took = append(took, w.run(b, p, "apply", "-auto-approve").wall)
		after := server.Calls()
		for _, method := range []string{"GetAttestor", "ListAttestors", "GetPolicy", "UpdatePolicy"} {
			n := 0
			for name := range after {
				if strings.HasSuffix(name, "/"+method) {
					n += after[name] - before[name]
				}
			}
			figures[method] = append(figures[method], float64(n))
		}
	}
	all := map[string]float64{"ms/apply": milliseconds(median(took))}
	for method, counts := range figures {
		all[method+"/apply"] = median(counts)
	}
	report(b, all)
}
