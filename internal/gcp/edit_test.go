package gcp

import (
	"context"
	"errors"
	"slices"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

var errNeeds = errors.New("it needs another")

// listing adds a pattern if check allows it.
func listing(pattern string, check policyCheck) Edit[*Policy] {
	return Edit[*Policy]{Check: check, Change: func(p *Policy, _ bool) error {
		p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns,
			&binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: pattern})
		return nil
	}}
}

type policyCheck = func(ctx context.Context, with *Policy, without func() *Policy) error

func lists(p *Policy, pattern string) bool {
	for _, listed := range p.GetAdmissionWhitelistPatterns() {
		if listed.GetNamePattern() == pattern {
			return true
		}
	}
	return false
}

// needs refuses a policy without a pattern.
func needs(pattern string) policyCheck {
	return func(_ context.Context, with *Policy, _ func() *Policy) error {
		if lists(with, pattern) {
			return nil
		}
		return errNeeds
	}
}

func editing(t *testing.T, c *Clients, edit Edit[*Policy]) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := c.EditPolicy(t.Context(), "demo", edit)
		done <- err
	}()
	return done
}

// TestARefusedEditLeavesTheOthers: an edit refused by a check is not written; the other edits are.
func TestARefusedEditLeavesTheOthers(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{})
	good, bad := editing(t, c, listing("gcr.io/good/*", nil)), editing(t, c, listing("gcr.io/bad/*", needs("gcr.io/other/*")))
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

// TestEditsAreCheckedTogether: edits valid only together are written together.
func TestEditsAreCheckedTogether(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{})
	one, other := editing(t, c, listing("gcr.io/one/*", needs("gcr.io/other/*"))),
		editing(t, c, listing("gcr.io/other/*", needs("gcr.io/one/*")))
	if err := errors.Join(<-one, <-other); err != nil {
		t.Error(err)
	}
	expectCalls(t, server, map[string]int{"UpdatePolicy": 1})
}

// TestACheckSeesThePolicyWithoutItsEdit: a check of an edit sees the policy without this edit.
func TestACheckSeesThePolicyWithoutItsEdit(t *testing.T) {
	t.Parallel()
	_, c := emulated(t, emulator.Options{})
	var with, own, other bool
	look := func(_ context.Context, p *Policy, without func() *Policy) error {
		with, own, other = lists(p, "gcr.io/own/*") && lists(p, "gcr.io/other/*"), lists(without(), "gcr.io/own/*"),
			lists(without(), "gcr.io/other/*")
		return nil
	}
	mine, theirs := editing(t, c, listing("gcr.io/own/*", look)), editing(t, c, listing("gcr.io/other/*", nil))
	if err := errors.Join(<-mine, <-theirs); err != nil {
		t.Fatal(err)
	}
	if !with || own || !other {
		t.Errorf("with %t, own %t, other %t", with, own, other)
	}
}

// TestAConflictIsNoTry: a conflict proves that an edit was not written, unless an earlier attempt
// may have been: only then an existing object can be its own.
func TestAConflictIsNoTry(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]bool{
		"UpdatePolicy=aborted": false, "UpdatePolicy=after:unavailable": false,
		"UpdatePolicy=aborted,skip=1": false,
	} {
		server, c := emulated(t, emulator.Options{})
		given(t, c, "given")
		inject(t, server, fault)
		var tries []bool
		_, err := c.EditPolicy(t.Context(), "demo", Edit[*Policy]{Change: func(p *Policy, sent bool) error {
			tries = append(tries, sent)
			p.Description = "ours"
			return nil
		}})
		if err != nil || slices.Contains(tries, true) != want {
			t.Errorf("%s: %v, %v", fault, tries, err)
		}
	}
}
