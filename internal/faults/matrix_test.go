package faults_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

var (
	writes = []string{
		"CreateNote", "UpdateNote", "DeleteNote", "CreateAttestor", "UpdateAttestor", "DeleteAttestor", "UpdateCluster",
		"CreateOccurrence", "DeleteOccurrence",
	}
	reads = []string{
		"GetNote", "ListNotes", "GetAttestor", "ListAttestors", "GetCluster", "ListClusters", "GetOperation", "ListOperations",
		"GetPublicKey", "GetOccurrence", "ListOccurrences", "AsymmetricSign", "ValidateAttestationOccurrence",
	}
)

// writeFaults and readFaults are the faults for every method to survive, in the form of the
// emulator's -fault flag.
var (
	writeFaults = []string{
		"after:unavailable", "after:reset", "after:deadline_exceeded", "after:internal", "unavailable", "reset", "deadline_exceeded",
		"internal", "unavailable,count=3", "resource_exhausted,count=3", "resource_exhausted,retry=20ms",
	}
	readFaults = []string{
		"unavailable,count=3", "deadline_exceeded", "reset", "internal", "after:reset", "resource_exhausted,count=3",
		"resource_exhausted,retry=20ms",
	}
)

// TestEveryFault: every method meets every fault, at its first and at its second call, in every
// phase with calls of it.
func TestEveryFault(t *testing.T) {
	t.Parallel()
	everyFault(t, newWorld, writes, reads, 2)
}

// everyFault strikes each of the first calls of every method.
func everyFault(t *testing.T, create maker, writes, reads []string, first int) {
	t.Helper()
	usual := quietLife(t, create)
	for _, group := range []struct{ methods, kinds []string }{{writes, writeFaults}, {reads, readFaults}} {
		for _, method := range group.methods {
			for _, kind := range group.kinds {
				for skip := range min(first, most(usual, method)) {
					text := fmt.Sprintf("%s=%s,skip=%d", method, kind, skip)
					t.Run(text, func(t *testing.T) {
						t.Parallel()
						surviveOne(t, create, text, usual)
					})
				}
			}
		}
	}
}

// quietLife is how often each method is called in each phase when nothing goes wrong.
func quietLife(t *testing.T, create maker) map[string]calls {
	t.Helper()
	w, usual := create(t, emulator.Options{}), map[string]calls{}
	w.live(t, map[string]any{}, nothing, func(p phase, made calls) { usual[p.name] = withPolls(made) })
	return usual
}

// withPolls adds the polls of a lasting operation: their number in a run without faults is random,
// because operations end at once. Lasting operations of two clusters are listed together.
func withPolls(made calls) calls {
	updates := made["UpdateCluster"]
	made["GetOperation"] = max(made["GetOperation"], updates)
	if updates > 1 {
		made["ListOperations"] = max(made["ListOperations"], updates)
	}
	return made
}

// surviveOne lives with one fault per phase.
func surviveOne(t *testing.T, create maker, text string, usual map[string]calls) {
	t.Helper()
	f := parse(t, text)
	untilStruck(t, f.Method, func(options emulator.Options) int {
		w, before := create(t, options), 0
		w.live(t, map[string]any{},
			func(p phase) {
				before = w.struck()
				if usual[p.name][f.Method] > f.After {
					w.inject(t, f)
				}
			},
			func(p phase, made calls) {
				w.countAttempts(t, f, made[f.Method], usual[p.name][f.Method], w.struck()-before)
			})
		return w.struck()
	})
}

// untilStruck lives until a fault has struck. How often operations are looked at, and whether one
// by one or in a list, depends on how long they take, so there longer and longer ones are tried;
// everything else is struck the first time.
func untilStruck(t *testing.T, method string, live func(emulator.Options) (struck int)) {
	t.Helper()
	options, lives := emulator.Options{}, 1
	if strings.Contains(method, "Operation") {
		options.OperationTime, lives = operationTime, 6
	}
	for range lives {
		if live(options) > 0 {
			return
		}
		options.OperationTime *= 3
	}
	t.Errorf("the fault never struck in %d lives", lives)
}

func parse(t *testing.T, text string) fault.Fault {
	t.Helper()
	f, err := fault.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func most(usual map[string]calls, method string) int {
	n := 0
	for _, made := range usual {
		n = max(n, made[method])
	}
	return n
}

// countAttempts fails if a write was sent more often than its faults explain. After a lost reply, a
// write is not sent again, because the object exists; only a note's update may be repeated.
func (w *world) countAttempts(t *testing.T, f fault.Fault, made, usual, struck int) {
	t.Helper()
	if strings.HasSuffix(f.Method, "Operation") || strings.HasSuffix(f.Method, "Operations") || made == 0 {
		return // as often as it takes
	}
	tally.add(func(c *counts) { c.attempts = max(c.attempts, 1+made-usual) })
	repeated := []string{
		"CreateNote", "CreateAttestor", "UpdateAttestor", "UpdateCluster", "UpdatePolicy", "CreateOccurrence",
		"CreatePlatformPolicy", "ReplacePlatformPolicy",
	}
	if !slices.Contains(repeated, f.Method) {
		return
	}
	allowed := usual
	if !f.Kind.Late() {
		allowed += struck
	}
	if strings.HasSuffix(string(f.Kind), string(fault.Reset)) {
		allowed++ // a call beside it on the same connection
	}
	allowed += w.more
	if made > allowed {
		t.Errorf("%s was sent %d times, and %d times explain themselves", f.Method, made, allowed)
		tally.add(func(c *counts) { c.duplicates += made - allowed })
	}
}
