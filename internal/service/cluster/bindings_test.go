package cluster_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestClusterSettingsKeepsBindings: a refresh reads bindings made outside Terraform, and no update
// removes them.
func TestClusterSettingsKeepsBindings(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	if err := g.Emulator.GKE().SetBinaryAuthorization(cluster, gcp.ModeBindings, binding); err != nil {
		t.Fatal(err)
	}
	g.Run(t,
		resource.TestStep{ // by a create: refused before anything is sent
			Config: config(cluster, enforce, ""),
			ExpectError: regexp.MustCompile(`(?s)Policy bindings would be lost.*1 policy ` +
				`bindings.*POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE`),
		},
		resource.TestStep{
			Config:           config(cluster, gcp.ModeBindingsAndProjectPolicy, ""),
			ConfigPlanChecks: does(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("policy_bindings"), knownvalue.SetSizeExact(1)),
			},
		},
		resource.TestStep{ // by an update: refused at plan
			Config: config(cluster, gcp.ModeDisabled, ""), PlanOnly: true,
			ExpectError: regexp.MustCompile(`(?s)Policy bindings would be lost.*evaluation_mode`),
		},
		resource.TestStep{Config: config(cluster, gcp.ModeBindings, ""), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
	)
	for _, s := range g.Emulator.GKE().History(cluster)[1:] {
		if len(s.Bindings) != 1 {
			t.Errorf("the cluster once had %+v: the binding was lost", s)
		}
	}
}

// TestClusterSettingsBindingsModeWithoutBindings: without policy_bindings, a mode with bindings
// becomes DISABLED or the mode of the project policy alone until somebody binds a policy.
func TestClusterSettingsBindingsModeWithoutBindings(t *testing.T) {
	t.Parallel()
	for mode, meant := range map[string]string{gcp.ModeBindings: gcp.ModeDisabled, gcp.ModeBindingsAndProjectPolicy: enforce} {
		g := acctest.NewEmulated(t, emulator.Options{})
		cluster := g.Cluster(t)
		cli := g.CLI(t, config(cluster, mode, ""))
		acctest.Says(t, cli.Succeeds(t, "apply", "-auto-approve"),
			"No platform policy is bound yet ("+cluster+")", cluster+" evaluates "+meant+" until")
		if now := modeOf(t, g, cluster); now != meant {
			t.Errorf("%s became %s", mode, now)
		}
		acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode"), "!bound yet")
		set(t, g, cluster, mode, binding)
		g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	}
}

// TestClusterSettingsCaseGBindingsSetElsewhere, case G: a cluster has bindings made elsewhere, and
// the cluster's own resource does not mention them. Neither the data source nor these settings
// remove any.
func TestClusterSettingsCaseGBindingsSetElsewhere(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	if err := g.Emulator.GKE().SetBinaryAuthorization(cluster, gcp.ModeBindings, binding); err != nil {
		t.Fatal(err)
	}
	before := len(g.Emulator.GKE().History(cluster))
	g.Run(t,
		resource.TestStep{Config: "data \"binauthz_cluster_settings\" \"it\" {\n  cluster = \"" + cluster + "\"\n}\n"},
		resource.TestStep{Config: config(cluster, gcp.ModeBindings, ""), ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
		resource.TestStep{Config: config(cluster, gcp.ModeBindings, ""), ConfigPlanChecks: does(plancheck.ResourceActionNoop)},
	)
	for _, s := range g.Emulator.GKE().History(cluster)[before-1:] {
		if s.Mode != gcp.ModeBindings || len(s.Bindings) != 1 {
			t.Errorf("the cluster once had %+v", s)
		}
	}
}
