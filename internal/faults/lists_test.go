package faults_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// TestPartialClusterList: a list without the clusters of an unreachable zone removes none of them.
func TestPartialClusterList(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	w.live(t, map[string]any{}, func(phase) {
		w.Emulator.GKE().SetMissingZones("demo", "europe-west1-b", "us-central1")
	}, func(p phase, made calls) {
		if p.settled && p.config != nil && made["GetCluster"] != 2 {
			t.Errorf("%s: %d clusters were fetched by name, of two that no list has", p.name, made["GetCluster"])
		}
	})
}

// TestForbiddenLists: without the permission to list, the permission to read objects is enough. The
// forbidden list is tried once per run.
func TestForbiddenLists(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"ListNotes", "ListAttestors", "ListClusters"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Options{})
			w.inject(t, fault.Fault{Method: method, Kind: "permission_denied", Count: fault.Forever})
			w.live(t, map[string]any{}, nothing, func(p phase, made calls) {
				if want := min(1, len(p.config)); p.settled && made[method] != want {
					t.Errorf("%s: %s was tried %d times instead of %d", p.name, method, made[method], want)
				}
			})
		})
	}
}
