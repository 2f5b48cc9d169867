package bench_test

import (
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const (
	fleetSize      = 30
	fleetOperation = 5 * time.Second // a real one takes 20 seconds and more
)

// BenchmarkFleet changes the setting of 30 clusters at once, and divides the time by the duration
// of one operation. The part above 1 is the start of Terraform and the late detection of ended
// operations.
func BenchmarkFleet(b *testing.B) {
	server, env := emulated(b, fleetSize, emulator.Options{OperationTime: fleetOperation})
	w, p := newWorkspace(b, "", env...), ours(b)
	modes := []string{"PROJECT_SINGLETON_POLICY_ENFORCE", "DISABLED"}
	var took []time.Duration
	var calls, lists, gets []float64
	for i := 0; b.Loop(); i++ {
		w.write(b, "main.tf", clusters(fleetSize, modes[i%2]))
		before := server.Calls()
		took = append(took, w.run(b, p, "apply", "-auto-approve", "-parallelism=30").wall)
		after := server.Calls()
		calls = append(calls, float64(made(before, after)))
		lists = append(lists, float64(called(before, after, "ListOperations")))
		gets = append(gets, float64(called(before, after, "GetOperation")))
	}
	report(b, map[string]float64{
		"ms/apply": milliseconds(median(took)), "x-operation": float64(median(took)) / float64(fleetOperation),
		"calls/apply": median(calls), "ListOperations/apply": median(lists), "GetOperation/apply": median(gets),
	})
}
