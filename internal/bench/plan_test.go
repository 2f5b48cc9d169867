package bench_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// latencies are the added durations of a call: none, to show the cost in processor time, and the
// duration of a call to Google.
var latencies = []time.Duration{0, 50 * time.Millisecond}

// BenchmarkPlan plans unchanged objects, the most common plan. All programs take turns, so the
// machine's other load affects each: this provider, its two floors, and the peer if there is one.
func BenchmarkPlan(b *testing.B) {
	if peerPath() == "" {
		notes = append(notes,
			"Peer: not measured, because PEER is not set. PEER=/path/to/terraform-provider-google measures it in the same run.")
	}
	for _, kind := range []string{"attestors", "clusters", "rules"} {
		for _, size := range sizes {
			for _, latency := range latencies {
				b.Run(kind+"="+size+"/latency="+latency.String(), func(b *testing.B) {
					n, err := strconv.Atoi(size)
					if err != nil {
						b.Fatal(err)
					}
					if latency > 0 && n != 100 && n != 1000 {
						b.Skip("measured with 100 and 1,000 objects")
					}
					plan(b, kind, n, latency)
				})
			}
		}
	}
}

// contender is a program under test, with its own working directory and emulator.
type contender struct {
	program
	server *emulator.Server
	dir    *workspace
	took   series
	calls  []float64
}

func plan(b *testing.B, kind string, n int, latency time.Duration) {
	b.Helper()
	all := map[string]*contender{"": contend(b, ours(b), kind, n, latency)}
	for name, p := range map[string]program{"floor": floor(b), "echo": echo(b)} {
		all[name] = &contender{program: p, server: all[""].server, dir: all[""].dir}
	}
	if peerPath() != "" && peerKinds[kind] != nil && n <= peerMost[kind] {
		all["peer"] = contendPeer(b, kind, n, latency)
	}
	order := []string{"", "floor", "echo", "peer"}
	takeTurns(b, all, order, func(c *contender) { c.plan(b) })
	figures := map[string]float64{}
	for name, c := range all {
		c.figures(b, name, n, figures)
	}
	for _, name := range order[1:] {
		if all[name] != nil {
			ratios(name, all[""].took, all[name].took, figures)
		}
	}
	report(b, figures)
}

// contend creates n objects with this provider.
func contend(b *testing.B, p program, kind string, n int, latency time.Duration) *contender {
	b.Helper()
	many := 0
	if kind == "clusters" {
		many = n
	}
	server, env := emulated(b, many, emulator.Options{OperationTime: time.Millisecond, Latency: latency})
	w := newWorkspace(b, kinds[kind](b, n), env...)
	w.run(b, p, "apply", "-auto-approve", "-parallelism=50")
	return &contender{program: p, server: server, dir: w}
}

func (c *contender) plan(b *testing.B) {
	b.Helper()
	before := c.server.Calls()
	c.took.add(c.dir.run(b, c.program, "plan", "-detailed-exitcode"))
	c.calls = append(c.calls, float64(made(before, c.server.Calls())))
}

// figures are the measurements of one contender, prefixed with its name.
func (c *contender) figures(b *testing.B, name string, n int, into map[string]float64) {
	b.Helper()
	if name != "" {
		name += "-"
	}
	into[name+"ms/plan"] = milliseconds(median(c.took.wall))
	into[name+"cpu-ms/plan"] = milliseconds(median(c.took.cpu))
	into[name+"provider-cpu-ms/object"] = milliseconds(median(c.took.provider)) / float64(n)
	if name == "floor-" || name == "echo-" {
		return
	}
	into[name+"calls/plan"] = median(c.calls)
	stop, memory := make(chan struct{}), make(chan float64)
	go func() { memory <- peak(c.path, stop) }()
	c.dir.run(b, c.program, "plan")
	close(stop)
	into[name+"MiB"] = <-memory
}

// ratios are the costs of this provider divided by those of another program.
func ratios(name string, ours, other series, into map[string]float64) {
	into["x-"+name] = float64(median(ours.wall)) / float64(median(other.wall))
	into["x-"+name+"-cpu"] = float64(median(ours.cpu)) / float64(median(other.cpu))
}

// series is the cost of consecutive runs.
type series struct {
	wall, cpu, provider []time.Duration
}

func (s *series) add(c cost) {
	s.wall, s.cpu, s.provider = append(s.wall, c.wall), append(s.cpu, c.cpu), append(s.provider, c.provider)
}
