package faults_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// phase is one run of Terraform in the life of a configuration.
type phase struct {
	name   string
	config []object
	// settled phases have nothing to do.
	settled bool
}

// life is a scenario's sequence of phases. Each phase has its own provider, like each run of
// Terraform.
var life = []phase{
	{"create", created(), false},
	{"plan after create", created(), true},
	{"change", changed(), false},
	{"plan after change", changed(), true},
	{"destroy", nil, false},
	{"plan after destroy", nil, true},
}

// live runs a life. before is called ahead of each phase, to inject faults; after gets the calls
// the phase made.
func (w *world) live(t *testing.T, block map[string]any, before func(phase), after func(phase, calls)) {
	t.Helper()
	s := state{}
	for _, p := range w.phases {
		before(p)
		counted := w.Emulator.Calls()
		w.run(t, block, p, s)
		after(p, since(counted, w.Emulator.Calls()))
		w.check(t, p, s)
		if t.Failed() {
			t.Fatalf("after %q", p.name)
		}
	}
	w.end(t)
	tally.add(func(c *counts) { c.scenarios, c.struck = c.scenarios+1, c.struck+w.struck() })
}

// verifyHistories fails if one of the two clusters of a life went another way than it was to.
func (w *world) verifyHistories(t *testing.T) {
	t.Helper()
	bindings := w.Emulator.GKE().History(boundCluster)[1].Bindings // named with the project's number
	w.verifyHistory(t, plainCluster, gke.Setting{Mode: gcp.ModeDisabled}, gke.Setting{Mode: gcp.ModeProjectPolicy},
		gke.Setting{Mode: gcp.ModeDisabled})
	w.verifyHistory(t, boundCluster, gke.Setting{Mode: gcp.ModeDisabled}, gke.Setting{Mode: gcp.ModeBindings, Bindings: bindings},
		gke.Setting{Mode: gcp.ModeBindingsAndProjectPolicy, Bindings: bindings}, gke.Setting{Mode: gcp.ModeBindings, Bindings: bindings})
}

// run is one run of Terraform.
func (w *world) run(t *testing.T, block map[string]any, ph phase, s state) {
	t.Helper()
	if w.beside != nil {
		defer w.beside(t)()
	}
	p := w.start(t, block)
	defer func() { tally.add(func(c *counts) { c.panics += p.panics }) }()
	plans, err := p.plan(s, ph.config)
	if err != nil {
		t.Fatalf("%s: %s", ph.name, err)
	}
	for address, next := range plans {
		if ph.settled && !next.empty() {
			t.Errorf("%s: %s is to be changed: %v", ph.name, address, differences(next))
		}
	}
	if err := p.apply(s, plans); err != nil {
		t.Fatalf("%s: %s", ph.name, err)
	}
}

func differences(p *planned) string {
	found, err := p.prior.Diff(p.value)
	if err != nil {
		return err.Error()
	}
	var lines []string
	for _, d := range found {
		lines = append(lines, d.String())
	}
	return strings.Join(lines, "\n")
}

// calls is how often each method was called, by the last part of its name.
type calls = map[string]int

// since is how often each method was called between two counts.
func since(before, after map[string]int) calls {
	made := calls{}
	for name, n := range after {
		made[base(name)] += n - before[name]
	}
	return made
}

func nothing(phase)        {}
func ignored(phase, calls) {}
