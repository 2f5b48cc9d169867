package faults_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// moment is when an apply is interrupted: while the nth call of a method is under way, before or
// after the server's work.
type moment struct {
	method string
	nth    int
	kind   fault.Kind
}

func (m moment) String() string {
	return m.method + " " + string(rune('0'+m.nth)) + " " + string(m.kind)
}

// moments are every call of an apply to a cluster, and the looks at its operation one after the
// other.
func moments() []moment {
	var all []moment
	for _, kind := range []fault.Kind{fault.Hang, fault.After(fault.Hang)} {
		all = append(all, moment{"GetCluster", 1, kind}, moment{"UpdateCluster", 1, kind}, moment{"GetCluster", 2, kind})
		for nth := 1; nth <= 7; nth++ {
			all = append(all, moment{"GetOperation", nth, kind})
		}
	}
	return all
}

// TestInterrupts: an apply interrupted at any moment taints nothing, and the next run completes the
// change: with one update in all, and never through DISABLED.
func TestInterrupts(t *testing.T) {
	t.Parallel()
	create := []object{cluster("bound", boundCluster, gcp.ModeBindingsAndProjectPolicy)}
	update := []object{cluster("bound", boundCluster, gcp.ModeBindings)}
	for _, m := range moments() {
		t.Run("create "+m.String(), func(t *testing.T) {
			t.Parallel()
			interrupted(t, m, nil, create)
		})
		t.Run("update "+m.String(), func(t *testing.T) {
			t.Parallel()
			interrupted(t, m, create, update)
		})
	}
}

// TestInterruptsOfObjects: an apply interrupted at any moment leaves no note, attestor or
// attestation outside the state: the next apply succeeds, and a destroy deletes all.
func TestInterruptsOfObjects(t *testing.T) {
	t.Parallel()
	first, then := withoutClusters(created()), withoutClusters(changed())
	interruptSteps(t, newObjectWorld, 1, map[string]step{
		"create": {nil, first, []string{
			"CreateNote", "CreateAttestor", "AsymmetricSign", "CreateOccurrence", "ValidateAttestationOccurrence",
		}},
		"update":  {first, then, []string{"UpdateNote", "UpdateAttestor"}},
		"destroy": {first, nil, []string{"DeleteNote", "DeleteAttestor", "DeleteOccurrence"}},
	})
}

// step is a change from one configuration to another, with the methods whose calls are interrupted.
type step struct {
	first, then []object
	methods     []string
}

// interruptSteps interrupts each step at the first calls of its methods, before and after the
// server's work.
func interruptSteps(t *testing.T, create maker, calls int, steps map[string]step) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(steps)) {
		for _, kind := range []fault.Kind{fault.Hang, fault.After(fault.Hang)} {
			for nth := range calls {
				for _, method := range steps[name].methods {
					m := moment{method, 1 + nth, kind}
					t.Run(name+" "+m.String(), func(t *testing.T) {
						t.Parallel()
						interruptedEdits(t, create, m, steps[name].first, steps[name].then)
					})
				}
			}
		}
	}
}

// newObjectWorld has no clusters in its configurations.
func newObjectWorld(t *testing.T, options emulator.Options) *world {
	t.Helper()
	w := newWorld(t, options)
	w.end = func(*testing.T) {}
	return w
}

func withoutClusters(all []object) []object {
	return slices.DeleteFunc(all, func(o object) bool { return o.kind == "binauthz_cluster_settings" })
}

func interrupted(t *testing.T, m moment, first, then []object) {
	t.Helper()
	w := newWorld(t, emulator.Options{OperationTime: 60 * time.Millisecond})
	s, before := w.interruptApply(t, m, first, then)
	if now := s["binauthz_cluster_settings.bound"]; now != nil && now.tainted {
		t.Error("the resource is tainted: the next apply would switch the cluster off and on again")
	}

	w.run(t, map[string]any{}, phase{name: "again", config: then}, s)
	w.run(t, map[string]any{}, phase{name: "plan", config: then, settled: true}, s)
	w.verify(t, told(s))
	w.verifyInterrupted(t, m, first != nil, since(before, w.Emulator.Calls()))
	w.verifyRestored(t, s)
	tally.add(func(c *counts) { c.scenarios, c.struck = c.scenarios+1, c.struck+w.struck() })
}

// interruptedEdits interrupts an apply: the next apply succeeds, and a destroy keeps earlier parts
// and those of others. A destroy directly after the interrupt does the same: a created object that
// is not in the state would be left.
func interruptedEdits(t *testing.T, create maker, m moment, first, then []object) {
	t.Helper()
	destroy := phase{"destroy", nil, false}
	interruptedThen(t, create, m, first, then, phase{"again", then, false}, phase{"plan", then, true}, destroy)
	interruptedThen(t, create, m, first, then, destroy)
}

func interruptedThen(t *testing.T, create maker, m moment, first, then []object, phases ...phase) {
	t.Helper()
	w := create(t, emulator.Options{})
	s, _ := w.interruptApply(t, m, first, then)
	for _, ph := range phases {
		w.run(t, map[string]any{"request_timeout": "400ms"}, ph, s) // a fault not met by the apply strikes here
		w.check(t, ph, s)
	}
	w.end(t)
	tally.add(func(c *counts) { c.scenarios, c.struck = c.scenarios+1, c.struck+w.struck() })
}

// interruptApply interrupts an apply from one configuration to another at some moment. It returns
// the resulting state and the calls from before the apply.
func (w *world) interruptApply(t *testing.T, m moment, first, then []object) (state, calls) {
	t.Helper()
	s := state{}
	if first != nil {
		w.run(t, map[string]any{}, phase{name: "first", config: first}, s)
	}
	p := w.start(t, map[string]any{})
	plans, err := p.plan(s, then)
	if err != nil {
		t.Fatal(err)
	}
	before := w.Emulator.Calls()
	w.inject(t, fault.Fault{Method: m.method, Kind: m.kind, After: m.nth - 1})
	ended := make(chan error, 1)
	go func() { ended <- p.apply(s, plans) }()
	if took := w.interruptAt(t, p, m, before, ended); took > 2*time.Second {
		t.Errorf("the apply ended %s after the interrupt", took)
	}
	return s, before
}

// interruptAt waits for the moment, interrupts, and returns how long the apply took to end.
func (w *world) interruptAt(t *testing.T, p *process, m moment, before calls, ended chan error) time.Duration {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); since(before, w.Emulator.Calls())[m.method] < m.nth; time.Sleep(time.Millisecond) {
		select {
		case <-ended: // fewer looks were needed
			return 0
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s never came", m)
		}
	}
	if m.kind.Late() {
		time.Sleep(5 * time.Millisecond) // the work takes less
	}
	// Only the struck call is interrupted: on a busy machine, others could take longer than the wait
	// for a reply.
	for until := time.Now().Add(10 * time.Second); w.Emulator.UnderWay() > 1 && time.Now().Before(until); {
		time.Sleep(time.Millisecond)
	}
	begun := time.Now()
	if _, err := p.server.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	<-ended
	return time.Since(begun)
}

// verifyInterrupted allows one update not carried out by the server.
func (w *world) verifyInterrupted(t *testing.T, m moment, updated bool, made calls) {
	t.Helper()
	allowed := 1
	if m.method == "UpdateCluster" && !m.kind.Late() {
		allowed = 2
	}
	if made["UpdateCluster"] > allowed {
		t.Errorf("%d updates were sent", made["UpdateCluster"])
		tally.add(func(c *counts) { c.duplicates += made["UpdateCluster"] - allowed })
	}
	bindings := w.Emulator.GKE().History(boundCluster)[1].Bindings
	want := []gke.Setting{
		{Mode: gcp.ModeDisabled},
		{Mode: gcp.ModeBindings, Bindings: bindings},
		{Mode: gcp.ModeBindingsAndProjectPolicy, Bindings: bindings},
	}
	if updated {
		want = append(want, gke.Setting{Mode: gcp.ModeBindings, Bindings: bindings})
	}
	w.verifyHistory(t, boundCluster, want...)
}

// verifyRestored destroys: the cluster's original setting must survive the interrupt.
func (w *world) verifyRestored(t *testing.T, s state) {
	t.Helper()
	w.run(t, map[string]any{}, phase{name: "destroy"}, s)
	history := w.Emulator.GKE().History(boundCluster)
	if now := history[len(history)-1]; now.Mode != gcp.ModeBindings {
		t.Errorf("the destroy leaves the cluster with %s, from before it had %s", now.Mode, gcp.ModeBindings)
	}
}
