package faults_test

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// moment is when an apply is interrupted: while the nth call of a method is under way, before or after the server's work.
type moment struct {
	method string
	nth    int
	kind   fault.Kind
}

func (m moment) String() string {
	return m.method + " " + string(rune('0'+m.nth)) + " " + string(m.kind)
}

// moments are every call of an apply to a cluster, and the looks at its operation one after the other.
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

// An apply that is interrupted at any moment taints nothing, and the next run brings the cluster where it was to go: with one
// update in all, and never over DISABLED.
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

// interruptedEdits is an interrupt of an apply that edits what others have a part in: the next apply goes through, and a destroy leaves
// what was there before and what is somebody else's.
func interruptedEdits(t *testing.T, create maker, m moment, first, then []object) {
	t.Helper()
	w := create(t, emulator.Options{})
	s, _ := w.interruptApply(t, m, first, then)
	for _, ph := range []phase{{"again", then, false}, {"plan", then, true}, {"destroy", nil, false}} {
		w.run(t, map[string]any{"request_timeout": "400ms"}, ph, s) // a fault that the apply did not meet strikes here
		w.check(t, ph, s)
	}
	w.end(t)
	tally.add(func(c *counts) { c.scenarios, c.struck = c.scenarios+1, c.struck+w.struck() })
}

// interruptApply interrupts, at a moment, an apply that leads from one configuration to another. It returns the state that is left, and
// which calls there were before the apply.
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
	begun := time.Now()
	if _, err := p.server.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	<-ended
	return time.Since(begun)
}

// verifyInterrupted allows for one update that the server never carried out.
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
	want := []gke.Setting{{Mode: gcp.ModeDisabled}, {Mode: gcp.ModeBindings, Bindings: bindings}, {Mode: gcp.ModeBindingsAndProjectPolicy, Bindings: bindings}}
	if updated {
		want = append(want, gke.Setting{Mode: gcp.ModeBindings, Bindings: bindings})
	}
	w.verifyHistory(t, boundCluster, want...)
}

// verifyRestored destroys: what the cluster was before we came has to be remembered over the interrupt.
func (w *world) verifyRestored(t *testing.T, s state) {
	t.Helper()
	w.run(t, map[string]any{}, phase{name: "destroy"}, s)
	history := w.Emulator.GKE().History(boundCluster)
	if now := history[len(history)-1]; now.Mode != gcp.ModeBindings {
		t.Errorf("the destroy leaves the cluster with %s, from before it had %s", now.Mode, gcp.ModeBindings)
	}
}
