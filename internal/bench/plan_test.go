package bench_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// BenchmarkPlan plans objects that exist and need no change, which is what most plans find. Plans with the provider and with its
// floor take turns, so that what else the machine does strikes both.
func BenchmarkPlan(b *testing.B) {
	for _, kind := range []string{"attestors", "clusters"} {
		for _, size := range sizes {
			b.Run(kind+"="+size, func(b *testing.B) {
				n, err := strconv.Atoi(size)
				if err != nil {
					b.Fatal(err)
				}
				plan(b, kind, n)
			})
		}
	}
}

func plan(b *testing.B, kind string, n int) {
	b.Helper()
	many := 0
	if kind == "clusters" {
		many = n
	}
	server, env := emulated(b, many, emulator.Options{OperationTime: time.Millisecond})
	w := newWorkspace(b, kinds[kind](n), env...)
	p, f := ours(b), floor(b)
	before := server.Calls()
	w.run(b, p, "apply", "-auto-approve", "-parallelism=50")
	applied := made(before, server.Calls())

	var full, least series
	var calls []float64
	for b.Loop() {
		before := server.Calls()
		full.add(w.run(b, p, "plan", "-detailed-exitcode"))
		calls = append(calls, float64(made(before, server.Calls())))
		least.add(w.run(b, f, "plan", "-detailed-exitcode"))
	}
	stop, memory := make(chan struct{}), make(chan float64)
	go func() { memory <- peak(p.path, stop) }()
	w.run(b, p, "plan")
	close(stop)
	report(b, map[string]float64{
		"ms/plan": milliseconds(median(full.wall)), "floor-ms/plan": milliseconds(median(least.wall)),
		"cpu-ms/plan": milliseconds(median(full.cpu)), "floor-cpu-ms/plan": milliseconds(median(least.cpu)),
		"x-floor": float64(median(full.wall)) / float64(median(least.wall)), "x-floor-cpu": float64(median(full.cpu)) / float64(median(least.cpu)),
		"calls/plan": median(calls), "calls/apply": float64(applied), "MiB": <-memory,
	})
}

// series is the cost of runs one after the other.
type series struct {
	wall, cpu []time.Duration
}

func (s *series) add(c cost) { s.wall, s.cpu = append(s.wall, c.wall), append(s.cpu, c.cpu) }
