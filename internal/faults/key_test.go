package faults_test

import (
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

var (
	keyWrites = []string{"UpdateAttestor"}
	keyReads  = []string{"GetAttestor", "ListAttestors", "GetPublicKey"}
)

// TestEveryFaultOfAttestorKeys: every call for keys of an attestor meets every fault, while
// somebody else adds keys to it.
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

// TestStormsOfAttestorKeys: slow calls give another writer time between a read and a write, or
// between a lost reply and the check of its result.
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

// TestInterruptsOfAttestorKeys: an apply interrupted at any moment leaves no key outside the state:
// the next apply succeeds, and a destroy keeps the keys of others.
func TestInterruptsOfAttestorKeys(t *testing.T) {
	t.Parallel()
	methods := []string{"UpdateAttestor", "GetAttestor"}
	interruptSteps(t, newKeyWorld, 2, map[string]step{
		"create":  {nil, createdKeys(), methods},
		"update":  {createdKeys(), changedKeys(), methods},
		"destroy": {createdKeys(), nil, methods},
	})
}

// verifyKeys compares the attestors with the configuration and the other owner's keys, and the
// state with both.
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

// verifyKeyState fails if the state has a key of another name or with another comment than the
// configuration.
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
