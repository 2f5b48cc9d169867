package bench_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const peerSource = "hashicorp/google"

// peerPath is the provider to compare with, "" when there is none.
func peerPath() string { return os.Getenv("PEER") }

// providers are those whose start is measured, by name.
func providers(b *testing.B) map[string]string {
	b.Helper()
	all := map[string]string{"binauthz": built(b, ".")}
	if peerPath() != "" {
		all["peer"] = peerPath()
	}
	return all
}

// BenchmarkPeer plans the same attestors and the same clusters' settings with the peer.
func BenchmarkPeer(b *testing.B) {
	if peerPath() == "" {
		notes = append(notes, "Peer: not measured, because PEER is not set. PEER=/path/to/terraform-provider-google measures it in the same run.")
		b.Skip("PEER is not set")
	}
	for _, c := range []struct {
		name, size string
		config     func(n int) string
	}{
		{"attestors", "1", peerAttestors},
		{"attestors", "10", peerAttestors},
		{"attestors", "100", peerAttestors},
		{"attestors", "1000", peerAttestors},
		{"clusters", "1", peerClusters},
		{"clusters", "10", peerClusters},
		{"clusters", "100", peerClusters},
	} {
		b.Run(c.name+"="+c.size, func(b *testing.B) {
			n, err := strconv.Atoi(c.size)
			if err != nil {
				b.Fatal(err)
			}
			peerPlan(b, c.config(n))
		})
	}
}

func peerPlan(b *testing.B, config string) {
	b.Helper()
	server, _ := emulated(b, 0, emulator.Options{})
	w := newWorkspace(b, peerProvider(server.Addr())+config, userinfo(b)...)
	p := program{peerPath(), peerSource}
	w.run(b, p, "apply", "-auto-approve", "-parallelism=50")
	var took series
	var calls []float64
	for b.Loop() {
		before := server.Calls()
		took.add(w.run(b, p, "plan", "-detailed-exitcode"))
		calls = append(calls, float64(made(before, server.Calls())))
	}
	stop, memory := make(chan struct{}), make(chan float64)
	go func() { memory <- peak(p.path, stop) }()
	w.run(b, p, "plan")
	close(stop)
	report(b, map[string]float64{
		"ms/plan": milliseconds(median(took.wall)), "cpu-ms/plan": milliseconds(median(took.cpu)), "calls/plan": median(calls), "MiB": <-memory,
	})
}
