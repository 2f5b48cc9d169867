package bench_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// BenchmarkQuota plans a full project, 200 attestors, while the published quotas of the Binary Authorization API count: 100 reads in
// a minute. Every plan finds its quota whole.
func BenchmarkQuota(b *testing.B) {
	server, env := emulated(b, 0, emulator.Options{Quota: true})
	clock := &hurried{}
	server.World().Clock = clock.now
	w, p := newWorkspace(b, attestors(200), env...), ours(b)
	clock.hurry.Store(true)
	w.run(b, p, "apply", "-auto-approve", "-parallelism=50")
	clock.hurry.Store(false)

	var took []time.Duration
	var calls, refused []float64
	for b.Loop() {
		clock.ahead.Add(int64(time.Hour))
		before, throttled := server.Calls(), server.Throttled()
		took = append(took, w.run(b, p, "plan", "-detailed-exitcode").wall)
		calls = append(calls, float64(made(before, server.Calls())))
		refused = append(refused, float64(server.Throttled()-throttled))
	}
	report(b, map[string]float64{"ms/plan": milliseconds(median(took)), "calls/plan": median(calls), "429s/plan": median(refused)})
}

// hurried is a clock that leaps a minute at every look while it hurries, so that objects can be put in place past the quota.
type hurried struct {
	hurry atomic.Bool
	ahead atomic.Int64
}

func (h *hurried) now() time.Time {
	if h.hurry.Load() {
		h.ahead.Add(int64(time.Minute))
	}
	return time.Now().Add(time.Duration(h.ahead.Load()))
}
