package faults_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

var (
	bindingWrites = []string{"UpdateCluster"}
	bindingReads  = []string{"GetCluster", "ListClusters", "GetOperation", "ListOperations"}
)

// bindingLife is the life of bindings of two clusters: one shared with another owner, and one with
// settings too.
var bindingLife = []phase{
	{"create", createdBindings(), false},
	{"plan after create", createdBindings(), true},
	{"change", changedBindings(), false},
	{"plan after change", changedBindings(), true},
	{"destroy", nil, false},
	{"plan after destroy", nil, true},
}

func createdBindings() []object {
	return []object{
		policyBinding("kept", boundCluster), policyBinding("one", boundCluster), policyBinding("old", boundCluster),
		cluster("plain", plainCluster, gcp.ModeBindingsAndProjectPolicy), policyBinding("first", plainCluster),
	}
}

func changedBindings() []object {
	return []object{
		policyBinding("kept", boundCluster), bindingOf("one", "another", boundCluster), policyBinding("new", boundCluster),
		cluster("plain", plainCluster, gcp.ModeBindings), policyBinding("first", plainCluster), policyBinding("second", plainCluster),
	}
}

// policyBinding is a binding of a policy with the name of the resource.
func policyBinding(name, to string) object { return bindingOf(name, name, to) }

func bindingOf(name, policy, to string) object {
	return object{kind: "binauthz_cluster_policy_binding", name: name, attributes: map[string]any{
		"cluster": to, "policy": "projects/demo/platforms/gke/policies/" + policy,
	}}
}

func newBindingWorld(t *testing.T, options emulator.Options) *world {
	t.Helper()
	w := newWorld(t, options)
	w.phases, w.more = bindingLife, 3
	w.end = func(t *testing.T) {
		t.Helper()
		w.verifyKept(t)
	}
	w.check = func(t *testing.T, ph phase, s state) {
		t.Helper()
		w.verifyBindings(t, ph, s)
	}
	return w
}

// TestEveryFaultOfClusterBindings: every call for bindings of clusters meets every fault.
func TestEveryFaultOfClusterBindings(t *testing.T) {
	t.Parallel()
	everyFault(t, newBindingWorld, bindingWrites, bindingReads, 2)
}

func TestRandomFaultsOfClusterBindings(t *testing.T) {
	t.Parallel()
	randomFaults(t, newBindingWorld, seeds/3, bindingWrites, bindingReads)
}

func TestBusyClusterOfBindings(t *testing.T) {
	t.Parallel()
	w := newBindingWorld(t, emulator.Options{})
	w.live(t, map[string]any{}, func(phase) {
		w.Emulator.GKE().StartOperation(plainCluster, "UPGRADE_MASTER")
		w.Emulator.GKE().StartOperation(boundCluster, "UPGRADE_NODES")
	}, ignored)
}

// TestInterruptsOfClusterBindings: an apply interrupted at any moment leaves no binding outside the
// state: the next apply succeeds, and a destroy keeps the bindings of others.
func TestInterruptsOfClusterBindings(t *testing.T) {
	t.Parallel()
	methods := []string{"UpdateCluster", "GetCluster", "GetOperation"}
	interruptSteps(t, newBindingWorld, 1, map[string]step{
		"create":  {nil, createdBindings(), methods},
		"change":  {createdBindings(), changedBindings(), methods},
		"destroy": {createdBindings(), nil, methods},
	})
}

// boundBy returns the policies bound to a cluster by a configuration.
func boundBy(config []object, to string) (all []string) {
	for _, o := range config {
		if o.kind == "binauthz_cluster_policy_binding" && o.attributes["cluster"] == to {
			all = append(all, shortNames([]string{o.attributes["policy"].(string)})...) //nolint:forcetypeassert // see bindingOf
		}
	}
	return all
}

// verifyBindings compares the clusters with the configuration and the other owner's bindings, and
// the state with the configuration.
func (w *world) verifyBindings(t *testing.T, ph phase, s state) {
	t.Helper()
	if len(s) != len(ph.config) {
		t.Errorf("%s: %d resources are in the state, and %d in the configuration", ph.name, len(s), len(ph.config))
	}
	w.compareBindings(t, ph, boundCluster, false, append(boundBy(ph.config, boundCluster), "audit"))
	enforces := slices.ContainsFunc(ph.config, func(o object) bool {
		return o.attributes["evaluation_mode"] == gcp.ModeBindingsAndProjectPolicy
	})
	w.compareBindings(t, ph, plainCluster, enforces, boundBy(ph.config, plainCluster))
}

func (w *world) compareBindings(t *testing.T, ph phase, of string, enforces bool, want []string) {
	t.Helper()
	history := w.Emulator.GKE().History(of)
	now := history[len(history)-1]
	got := shortNames(now.Bindings)
	if slices.Sort(want); !slices.Equal(got, want) || now.Mode != gcp.NewSetting(enforces, now.Bindings).Mode {
		t.Errorf("%s: %s has %v, want %q", ph.name, of, now, want)
		tally.add(func(c *counts) { c.lost++ })
	}
}

func shortNames(names []string) (all []string) {
	for _, name := range names {
		all = append(all, name[strings.LastIndex(name, "/")+1:])
	}
	slices.Sort(all)
	return all
}

// verifyKept fails if the shared cluster ever lacked another owner's binding, or one of ours from
// before.
func (w *world) verifyKept(t *testing.T) {
	t.Helper()
	came := false
	for i, now := range w.Emulator.GKE().History(boundCluster)[1:] {
		names := shortNames(now.Bindings)
		came = came || slices.Contains(names, "kept")
		if !slices.Contains(names, "audit") || came && !slices.Contains(names, "kept") && slices.Contains(names, "new") {
			t.Errorf("setting %d of the shared cluster was %v", i, now)
			tally.add(func(c *counts) { c.lost++ })
		}
	}
}
