package bench_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// BenchmarkQuota plans a full project, 200 attestors, with the published quotas of the Binary
// Authorization API: 100 reads per minute. Every plan starts with an unused quota.
func BenchmarkQuota(b *testing.B) {
	server, env := emulated(b, 0, emulator.Options{Quota: true})
	all := map[string]*fullProject{"": fill(b, server, newWorkspace(b, attestors(b, 200), env...), ours(b))}
	if peerPath() != "" {
		server, _ := emulated(b, 0, emulator.Options{Quota: true})
		all["peer"] = fill(b, server, newWorkspace(b, peerProvider(b, server.Addr())+peerAttestors(b, 200), userinfo(b)...),
			program{peerPath(), peerSource})
	}
	takeTurns(b, all, []string{"", "peer"}, func(p *fullProject) { p.plan(b) })
	figures := map[string]float64{}
	for name, p := range all {
		if name != "" {
			figures["x-"+name] = float64(median(all[""].took)) / float64(median(p.took))
			name += "-"
		}
		figures[name+"ms/plan"] = milliseconds(median(p.took))
		figures[name+"calls/plan"] = median(p.calls)
		figures[name+"429s/plan"] = median(p.refused)
	}
	report(b, figures)
}

// fullProject is a project with the maximum number of attestors, and the program under test.
type fullProject struct {
	program
	server         *emulator.Server
	clock          *hurried
	dir            *workspace
	took           []time.Duration
	calls, refused []float64
}

// fill creates the attestors without the limit of the quota.
func fill(b *testing.B, server *emulator.Server, w *workspace, p program) *fullProject {
	b.Helper()
	clock := &hurried{}
	server.World().Clock = clock.now
	clock.hurry.Store(true)
	w.run(b, p, "apply", "-auto-approve", "-parallelism=50")
	clock.hurry.Store(false)
	return &fullProject{program: p, server: server, clock: clock, dir: w}
}

func (p *fullProject) plan(b *testing.B) {
	b.Helper()
	p.clock.ahead.Add(int64(time.Hour))
	before, throttled := p.server.Calls(), p.server.Throttled()
	p.took = append(p.took, p.dir.run(b, p.program, "plan", "-detailed-exitcode").wall)
	p.calls = append(p.calls, float64(made(before, p.server.Calls())))
	p.refused = append(p.refused, float64(p.server.Throttled()-throttled))
}

// hurried is a clock with a fast mode: it advances a minute at every read, so tests can create
// objects without the limit of the quota.
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
