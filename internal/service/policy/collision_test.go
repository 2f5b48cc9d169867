package policy_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestPolicyTellsAttestorsApart: attestors are identified by their full names. A provider that
// compares short names drops an enforced attestor, or never applies a change of its project
// (hashicorp/terraform-provider-google#14929). Each case is a state, a configuration, and the
// attestors enforced afterwards. Two more cases, F and G, are about the evaluation by clusters: see
// the tests of binauthz_cluster_settings with these letters.
func TestPolicyTellsAttestorsApart(t *testing.T) {
	t.Parallel()
	const aFoo, aBar, bBaz, aBuilt, bBuilt = "projects/a/attestors/foo", "projects/a/attestors/bar", "projects/b/attestors/baz",
		"projects/a/attestors/built", "projects/b/attestors/built"
	for name, c := range map[string]struct {
		project       string
		before, after []string
		want          []string
		action        plancheck.ResourceActionType
	}{
		"case A: added to one in force": {
			"demo", []string{aFoo}, []string{aFoo, aBar, bBaz}, []string{aBar, aFoo, bBaz}, plancheck.ResourceActionUpdate,
		},
		"case B: short names beside a full one": {
			"a", []string{aFoo}, []string{"foo", "bar"}, []string{aBar, aFoo}, plancheck.ResourceActionUpdate,
		},
		"case C: the same name in another project": {
			"demo", []string{aBuilt}, []string{bBuilt}, []string{bBuilt}, plancheck.ResourceActionUpdate,
		},
		"case D: a second of the same name": {
			"demo", []string{aBuilt}, []string{aBuilt, bBuilt}, []string{aBuilt, bBuilt}, plancheck.ResourceActionUpdate,
		},
		"case E: two of the same name at once": {
			"demo", []string{aFoo}, []string{aBuilt, bBuilt}, []string{aBuilt, bBuilt}, plancheck.ResourceActionUpdate,
		},
		"short for full is no change": {"a", []string{aFoo}, []string{"foo"}, []string{aFoo}, plancheck.ResourceActionNoop},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			attestors(t, g, "a/foo", "a/bar", "b/baz", "a/built", "b/built")
			project := "project = \"" + c.project + "\""
			size := statecheck.ExpectKnownValue(address, tfjsonpath.New("default_admission_rule").AtMapKey("require_attestations_by"),
				knownvalue.SetSizeExact(len(c.want)))
			var got []string
			look := func() {
				p, err := g.Clients.FreshPolicy(t.Context(), c.project)
				if err != nil {
					t.Fatal(err)
				}
				got = p.GetDefaultAdmissionRule().GetRequireAttestationsBy()
			}
			g.Run(t,
				resource.TestStep{Config: config(require(c.before...), project)},
				resource.TestStep{
					Config:            config(require(c.after...), project),
					ConfigPlanChecks:  does(c.action),
					ConfigStateChecks: []statecheck.StateCheck{size},
				},
				resource.TestStep{PreConfig: look, Config: config(require(c.after...), project)},
			)
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("in force are %v, want %v", got, c.want)
			}
		})
	}
}
