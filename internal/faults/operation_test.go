package faults_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestFailedOperation: an operation ending with only the error field set is an error, and the next
// run repairs the result.
func TestFailedOperation(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t, emulator.Options{}), state{}
	config := []object{cluster("plain", plainCluster, gcp.ModeProjectPolicy)}
	w.Emulator.GKE().FailNextOperation(plainCluster, "INTERNAL", "the control plane did not come up", false)

	p := w.start(t, map[string]any{})
	plans, err := p.plan(s, config)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.apply(s, plans); err == nil || !strings.Contains(err.Error(), "the control plane did not come up") {
		t.Errorf("the apply ends with %v", err)
	}
	w.verify(t, told(s))

	w.run(t, map[string]any{}, phase{name: "again", config: config}, s)
	w.run(t, map[string]any{}, phase{name: "plan", config: config, settled: true}, s)
	w.verify(t, told(s))
	w.verifyHistory(t, plainCluster, gke.Setting{Mode: gcp.ModeDisabled}, gke.Setting{Mode: gcp.ModeProjectPolicy})
	tally.add(func(c *counts) { c.scenarios++ })
}

// TestBusyCluster: the provider waits for a cluster with operations of others, one operation after
// the other.
func TestBusyCluster(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	w.live(t, map[string]any{}, func(phase) {
		w.Emulator.GKE().StartOperation(plainCluster, "UPGRADE_MASTER")
		w.Emulator.GKE().StartOperation(boundCluster, "UPGRADE_NODES")
	}, ignored)
}
