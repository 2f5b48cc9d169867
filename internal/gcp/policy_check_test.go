package gcp

import (
	"context"
	"errors"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

var errNeeds = errors.New("it needs another")

// listing adds a pattern.
func listing(pattern string) PolicyEdit {
	return func(p *Policy) error {
		p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns, &binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: pattern})
		return nil
	}
}

func lists(p *Policy, pattern string) bool {
	for _, listed := range p.GetAdmissionWhitelistPatterns() {
		if listed.GetNamePattern() == pattern {
			return true
		}
	}
	return false
}

// needs refuses a policy without a pattern.
func needs(pattern string) PolicyCheck {
	return func(_ context.Context, with *Policy, _ func() *Policy) error {
		if lists(with, pattern) {
			return nil
		}
		return errNeeds
	}
}

func editing(t *testing.T, c *Clients, edit PolicyEdit, checks ...PolicyCheck) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := c.EditPolicy(t.Context(), "demo", edit, checks...)
		done <- err
	}()
	return done
}

// An edit that a check refuses is not written, and those that go along are.
func TestARefusedEditLeavesTheOthers(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{})
	good, bad := editing(t, c, listing("gcr.io/good/*")), editing(t, c, listing("gcr.io/bad/*"), needs("gcr.io/other/*"))
	if err := <-good; err != nil {
		t.Error(err)
	}
	if err := <-bad; !errors.Is(err, errNeeds) {
		t.Error("the edit was not refused:", err)
	}
	p, err := c.FreshPolicy(t.Context(), "demo")
	if err != nil || !lists(p, "gcr.io/good/*") || lists(p, "gcr.io/bad/*") {
		t.Errorf("the policy is %v (%v)", p, err)
	}
	expectCalls(t, server, map[string]int{"UpdatePolicy": 1})
}

// Edits that are right together are written together.
func TestEditsAreCheckedTogether(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{})
	one, other := editing(t, c, listing("gcr.io/one/*"), needs("gcr.io/other/*")), editing(t, c, listing("gcr.io/other/*"), needs("gcr.io/one/*"))
	if err := errors.Join(<-one, <-other); err != nil {
		t.Error(err)
	}
	expectCalls(t, server, map[string]int{"UpdatePolicy": 1})
}

// An edit waits for the one that it needs, and for no longer than a moment.
func TestARefusedEditWaitsForWhatItNeeds(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{})
	first := editing(t, c, listing("gcr.io/first/*"), needs("gcr.io/second/*"))
	time.Sleep(3 * gatherTime)
	expectCalls(t, server, map[string]int{"UpdatePolicy": 0})
	if err := errors.Join(<-editing(t, c, listing("gcr.io/second/*")), <-first); err != nil {
		t.Error(err)
	}
	expectCalls(t, server, map[string]int{"UpdatePolicy": 1})
}

// A refused edit waits for as long as anything is under way, however slow the service is and however often it has to be asked again.
func TestARefusedEditWaitsForASlowService(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string]string{"slow": "UpdatePolicy=delay=2500ms", "quota": "UpdatePolicy=resource_exhausted,retry=2500ms"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, c := emulated(t, emulator.Options{})
			given(t, c, "given")
			inject(t, server, faults)
			first := editing(t, c, listing("gcr.io/first/*"), needs("gcr.io/second/*"))
			time.Sleep(4 * gatherTime)
			if err := <-editing(t, c, listing("gcr.io/other/*")); err != nil {
				t.Error(err)
			}
			time.Sleep(4 * gatherTime) // until the next one is planned
			if err := errors.Join(<-editing(t, c, listing("gcr.io/second/*")), <-first); err != nil {
				t.Error(err)
			}
		})
	}
}

// An edit is told apart from the others by what the policy would be without it.
func TestACheckSeesThePolicyWithoutItsEdit(t *testing.T) {
	t.Parallel()
	_, c := emulated(t, emulator.Options{})
	var with, own, other bool
	look := func(_ context.Context, p *Policy, without func() *Policy) error {
		with, own, other = lists(p, "gcr.io/own/*") && lists(p, "gcr.io/other/*"), lists(without(), "gcr.io/own/*"), lists(without(), "gcr.io/other/*")
		return nil
	}
	mine, theirs := editing(t, c, listing("gcr.io/own/*"), look), editing(t, c, listing("gcr.io/other/*"))
	if err := errors.Join(<-mine, <-theirs); err != nil {
		t.Fatal(err)
	}
	if !with || own || !other {
		t.Errorf("with %t, own %t, other %t", with, own, other)
	}
}

// An edit whose owner gives up while it waits is never made.
func TestARefusedEditEndsWithItsOwner(t *testing.T) {
	t.Parallel()
	_, c := emulated(t, emulator.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 3*gatherTime)
	defer cancel()
	begun := time.Now()
	_, err := c.EditPolicy(ctx, "demo", listing("gcr.io/first/*"), needs("gcr.io/second/*"))
	if err == nil || time.Since(begun) > settleTime {
		t.Errorf("after %s: %v", time.Since(begun), err)
	}
	if p, err := c.EditPolicy(t.Context(), "demo", listing("gcr.io/second/*")); err != nil || lists(p, "gcr.io/first/*") {
		t.Errorf("the policy is %v (%v)", p, err)
	}
}

// Planned edits come in the order in which they can be made, and a part that is made stays.
func TestPlannedEditsAreInOrder(t *testing.T) {
	t.Parallel()
	c := New(Config{})
	for _, edit := range []PlannedEdit{{Part: "z", Last: true}, {Part: "b"}, {Part: "a"}, {Part: "c", Removes: true}, {Part: "a", Removes: true}, {Part: "d", Removes: true}, {Part: "d"}} {
		c.PlanEdit("demo", edit)
	}
	var got string
	for _, edit := range c.PlannedEdits("demo") {
		got += edit.Part
	}
	if got != "cabdz" {
		t.Error("the order is", got)
	}
	if other := c.PlannedEdits("other"); len(other) > 0 {
		t.Error("another project has", other)
	}
}
