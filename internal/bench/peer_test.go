package bench_test

import (
	"os"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const peerSource = "hashicorp/google"

// peerPath is the path of the provider to compare with; "" without one.
func peerPath() string { return os.Getenv("PEER") }

// peerKinds are the configurations of the same objects for the peer. It has no resource for one
// rule of a policy.
var peerKinds = map[string]func(b *testing.B, n int) string{"attestors": peerAttestors, "clusters": peerClusters}

// peerMost is the maximum number of objects for the peer: a plan of 1,000 clusters takes minutes.
var peerMost = map[string]int{"attestors": 1000, "clusters": 100}

// contendPeer creates n objects with the peer.
func contendPeer(b *testing.B, kind string, n int, latency time.Duration) *contender {
	b.Helper()
	server, _ := emulated(b, 0, emulator.Options{Latency: latency})
	w := newWorkspace(b, peerProvider(b, server.Addr())+peerKinds[kind](b, n), userinfo(b)...)
	p := program{peerPath(), peerSource}
	w.run(b, p, "apply", "-auto-approve", "-parallelism=50")
	return &contender{program: p, server: server, dir: w}
}
