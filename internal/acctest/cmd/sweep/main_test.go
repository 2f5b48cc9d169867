package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/acctest/sweep"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// objects are the names of all objects in the project.
func objects(t *testing.T, g *acctest.Ground) (all []string) {
	t.Helper()
	notes, err := g.Clients.AttestationNotes(t.Context(), g.Project, 0)
	if err != nil {
		t.Fatal(err)
	}
	for name := range notes {
		all = append(all, name)
	}
	attestors, err := g.Clients.Attestors(t.Context(), g.Project)
	if err != nil {
		t.Fatal(err)
	}
	for name := range attestors {
		all = append(all, name)
	}
	policies, err := g.Clients.PlatformPolicies(t.Context(), g.Project)
	if err != nil {
		t.Fatal(err)
	}
	for name := range policies {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func sweepAll(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	if err := run(t.Context(), args, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestSweep(t *testing.T) {
	g := acctest.NewEmulated(t, emulator.Options{})
	g.CLI(t, acctest.HCL(t, "testdata/objects_of_tests_and_others.tf", nil)).Succeeds(t, "apply", "-auto-approve")
	t.Setenv("GOOGLE_PROJECT", g.Project)
	t.Setenv("BINAUTHZ_EMULATOR_HOST", g.Emulator.Addr())
	before := objects(t, g)

	out := sweepAll(t, "-older=0s")
	acctest.Says(t, out, "projects/demo/attestors/binauthz-test-a-12", "projects/demo/notes/binauthz-test-a-12",
		"projects/demo/platforms/gke/policies/binauthz-test-a-12",
		"projects/demo/occurrences/", "4 objects", "CONFIRM=yes", "The policy of demo requires projects/demo/attestors/binauthz-test-a-12",
		"!production", "!a-binauthz-test-", "!binauthz-test-manual")
	if after := objects(t, g); !slices.Equal(before, after) {
		t.Errorf("a sweep that is not confirmed left %v of %v", after, before)
	}
	if out := sweepAll(t, "-confirm"); !strings.Contains(out, "Deleted 1 objects") { // the platform policy, whose age is not known
		t.Errorf("it deletes what a test may be using:\n%s", out)
	}
	sweepAll(t, "-confirm", "-older=0s")
	want := slices.DeleteFunc(before, func(name string) bool { return strings.Contains(name, "/binauthz-test-a-12") })
	if !slices.Equal(objects(t, g), want) {
		t.Errorf("a sweep left %v instead of %v", objects(t, g), want)
	}
	if n := g.Calls("UpdatePolicy"); n != 1 {
		t.Errorf("a sweep wrote the policy %d times", n-1)
	}
	if out := sweepAll(t, "-older=0s"); !strings.Contains(out, "0 objects") {
		t.Error(out)
	}
}

func TestSweepNeedsAProject(t *testing.T) {
	t.Setenv("GOOGLE_PROJECT", "")
	if err := run(t.Context(), nil, &strings.Builder{}); err == nil {
		t.Error("it sweeps no project")
	}
}

func TestNamesOfTests(t *testing.T) {
	t.Parallel()
	if name := acctest.NewEmulated(t, emulator.Options{}).Name("note"); !strings.HasPrefix(name, sweep.Prefix+"note-") {
		t.Errorf("a sweep does not find %s", name)
	}
}
