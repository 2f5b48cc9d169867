package bench_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
)

// peerProvider configures the peer to use the emulator.
func peerProvider(b *testing.B, addr string) string {
	b.Helper()
	return acctest.HCL(b, "testdata/peer_provider.tf", map[string]any{"emulator": addr})
}

// peerAttestors are the same attestors as those of the provider.
func peerAttestors(b *testing.B, n int) string {
	b.Helper()
	return acctest.HCL(b, "testdata/peer_attestors.tf", map[string]any{"attestors": n, "key": key})
}

// peerClusters are whole clusters, because the peer manages the setting in them. It reads much more
// data of each cluster.
func peerClusters(b *testing.B, n int) string {
	b.Helper()
	return acctest.HCL(b, "testdata/peer_clusters.tf", map[string]any{"clusters": n})
}
