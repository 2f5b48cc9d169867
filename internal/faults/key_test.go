package faults_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

var (
	keyWrites = []string{"UpdateAttestor"}
	keyReads  = []string{"GetAttestor", "ListAttestors", "GetPublicKey"}
)

// Every call for keys of an attestor meets every fault, while somebody else adds keys to it.
func TestEveryFaultOfAttestorKeys(t *testing.T) {
	t.Parallel()
	everyFault(t, newKeyWorld, keyWrites, keyReads, 3)
}

func TestBlackHolesOfAttestorKeys(t *testing.T) {
	t.Parallel()
	blackHoles(t, newKeyWorld, append(append([]string{}, keyWrites...), keyReads...))
}

func TestRandomFaultsOfAttestorKeys(t *testing.T) {
	t.Parallel()
	randomFaults(t, newKeyWorld, seeds/2, keyWrites, keyReads)
}

// Slow calls give somebody else the time to write between a read and a write, or between a lost reply and the look at what became of it.
func TestStormsOfAttestorKeys(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"conflicts":                 {"UpdateAttestor=aborted,count=8"},
		"slow writes":               {"UpdateAttestor=delay=40ms,count=4"},
		"slow replies":              {"UpdateAttestor=after:delay=40ms,count=4"},
		"slow reads":                {"GetAttestor=delay=20ms,count=6"},
		"a quota":                   {"UpdateAttestor=resource_exhausted,count=5"},
		"lost replies, conflicts":   {"UpdateAttestor=after:unavailable,count=2", "UpdateAttestor=aborted,count=4"},
		"lost replies, slow looks":  {"UpdateAttestor=after:unavailable,count=2", "GetAttestor=delay=20ms,count=8"},
		"dropped connections, slow": {"UpdateAttestor=after:reset,count=2", "GetAttestor=delay=20ms,count=8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newKeyWorld(t, emulator.Options{})
			w.live(t, map[string]any{}, func(p phase) {
				if p.settled {
					return
				}
				for _, text := range texts {
					w.inject(t, parse(t, text))
				}
			}, ignored)
			if w.struck() == 0 {
				t.Error("nothing was struck")
			}
		})
	}
}

// An apply that is interrupted at any moment leaves no key that is in no state: the next one goes through, and a destroy leaves what is
// somebody else's.
func TestInterruptsOfAttestorKeys(t *testing.T) {
	t.Parallel()
	steps := map[string]struct{ first, then []object }{
		"create": {nil, createdKeys()}, "update": {createdKeys(), changedKeys()}, "destroy": {createdKeys(), nil},
	}
	for _, name := range slices.Sorted(maps.Keys(steps)) {
		for _, kind := range []fault.Kind{fault.Hang, fault.After(fault.Hang)} {
			for nth := range 2 {
				for _, method := range []string{"UpdateAttestor", "GetAttestor"} {
					m := moment{method, 1 + nth, kind}
					t.Run(name+" "+m.String(), func(t *testing.T) {
						t.Parallel()
						interruptedEdits(t, newKeyWorld, m, steps[name].first, steps[name].then)
					})
				}
			}
		}
	}
}

// verifyKeys compares the attestors with what the configuration and others want, and the state with both.
func (w *world) verifyKeys(t *testing.T, ph phase, s state, theirs []string) {
	t.Helper()
	if len(s) != len(ph.config) {
		t.Errorf("%s: %d resources are in the state, and %d in the configuration", ph.name, len(s), len(ph.config))
	}
	a, err := w.attestor(sharedAttestor)
	if err != nil || a.GetDescription() != "theirs" {
		t.Fatalf("%s: %v, %v", ph.name, a, err)
	}
	compareKeys(t, ph, a, append(keysOf(ph.config, sharedAttestor), theirs...))
	a, err = w.attestor(ownAttestor)
	switch own := slices.IndexFunc(ph.config, func(o object) bool { return o.name == "own" }); {
	case own < 0 && status.Code(err) == codes.NotFound:
	case own < 0 || err != nil || a.GetDescription() != ph.config[own].attributes["description"]:
		t.Errorf("%s: %v, %v", ph.name, a, err)
		tally.add(func(c *counts) { c.lost++ })
	default:
		compareKeys(t, ph, a, keysOf(ph.config, ownAttestor))
	}
	verifyKeyState(t, ph, s)
}

func compareKeys(t *testing.T, ph phase, a *binaryauthorizationpb.Attestor, want []string) {
	t.Helper()
	got := listed(a)
	if slices.Sort(want); slices.Equal(got, want) {
		return
	}
	t.Errorf("%s: %s has %q, want %q", ph.name, a.GetName(), got, want)
	once := slices.Compact(slices.Clone(got))
	differ := 0
	for _, k := range append(slices.Clone(once), want...) {
		if slices.Contains(once, k) != slices.Contains(want, k) {
			differ++
		}
	}
	tally.add(func(c *counts) { c.lost, c.duplicates = c.lost+differ, c.duplicates+len(got)-len(once) })
}

// verifyKeyState fails if the state has a key of another name or with another comment than the configuration.
func verifyKeyState(t *testing.T, ph phase, s state) {
	t.Helper()
	for _, o := range ph.config {
		if o.kind != "binauthz_attestor_key" || s[o.address()] == nil {
			continue
		}
		have := goValue(s[o.address()].value).(map[string]any)
		comment, _ := o.attributes["comment"].(string)
		id, _ := have["key_id"].(string)
		other := o.attributes["key_id"] != nil && o.attributes["key_id"] != id
		if other || id == "" || have["comment"] != comment || !strings.HasSuffix(have["id"].(string), " "+id) {
			t.Errorf("%s: the state of %s is %v", ph.name, o.address(), have)
			tally.add(func(c *counts) { c.lost++ })
		}
	}
}
