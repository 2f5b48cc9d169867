package faults_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

var (
	policyWrites = []string{"UpdatePolicy"}
	policyReads  = []string{"GetPolicy", "GetAttestor"}
)

// TestEveryFaultOfPolicies: every call for a policy meets every fault, whether the policy is owned
// whole or in parts, is one's own or shared.
func TestEveryFaultOfPolicies(t *testing.T) {
	t.Parallel()
	everyFault(t, newPolicyWorld, policyWrites, policyReads, 3)
}

func TestBlackHolesOfPolicies(t *testing.T) {
	t.Parallel()
	blackHoles(t, newPolicyWorld, append(append([]string{}, policyWrites...), policyReads...))
}

func TestRandomFaultsOfPolicies(t *testing.T) {
	t.Parallel()
	randomFaults(t, newPolicyWorld, seeds/2, policyWrites, policyReads)
}

// policyMoments are the calls of an apply of policies, one after the other.
func policyMoments() []moment {
	var all []moment
	for _, kind := range []fault.Kind{fault.Hang, fault.After(fault.Hang)} {
		for nth := range 4 {
			all = append(all, moment{"UpdatePolicy", 1 + nth, kind}, moment{"GetPolicy", 1 + nth, kind})
		}
	}
	return all
}

// TestInterruptsOfPolicies: an apply interrupted at any moment leaves no policy part outside the
// state: the next apply succeeds, and a destroy keeps earlier parts and those of others.
func TestInterruptsOfPolicies(t *testing.T) {
	t.Parallel()
	for _, m := range policyMoments() {
		for name, step := range map[string]struct{ first, then []object }{
			"create": {nil, createdPolicies()}, "update": {createdPolicies(), changedPolicies()}, "destroy": {createdPolicies(), nil},
		} {
			t.Run(name+" "+m.String(), func(t *testing.T) {
				t.Parallel()
				interruptedEdits(t, newPolicyWorld, m, step.first, step.then)
			})
		}
	}
}

// TestLostReplyWhileSomebodyElseWrites: after a lost reply and a concurrent write of another owner,
// a write is recognized by its effect: the object does not count as existing, and nothing is lost.
func TestLostReplyWhileSomebodyElseWrites(t *testing.T) {
	t.Parallel()
	w, s := newPolicyWorld(t, emulator.Options{}), state{}
	p := w.start(t, map[string]any{"request_timeout": "400ms"})
	config := createdPolicies()[2:] // of the shared policy
	plans, err := p.plan(s, config)
	if err != nil {
		t.Fatal(err)
	}
	w.inject(t, parse(t, "UpdatePolicy=after:hang"))
	ended := make(chan error, 1)
	go func() { ended <- p.apply(s, plans) }()
	w.writeAfter(t, "us-central1.dev", "gcr.io/late/*")
	if err := <-ended; err != nil {
		t.Error(err)
	}
	got := w.policyOf(t, shared)
	if rules := got.GetClusterAdmissionRules(); len(rules) != 4 || len(got.GetAdmissionWhitelistPatterns()) != 4 {
		t.Errorf("the policy is %v", got)
	}
	w.verifyPolicyHistory(t)
	tally.add(func(c *counts) { c.scenarios, c.struck = c.scenarios+1, c.struck+w.struck() })
}

// writeAfter adds another owner's pattern to the shared policy as soon as the policy has a rule for
// the cluster.
func (w *world) writeAfter(t *testing.T, cluster, pattern string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		p := w.policyOf(t, shared)
		if p.GetClusterAdmissionRules()[cluster] != nil {
			p.AdmissionWhitelistPatterns = slices.Insert(p.AdmissionWhitelistPatterns, 0,
				&binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: pattern})
			r := &binaryauthorizationpb.UpdatePolicyRequest{Policy: p}
			if _, err := w.truth.attestors.UpdatePolicy(context.Background(), r); err != nil {
				t.Error(err)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s never came", cluster)
		}
	}
}
