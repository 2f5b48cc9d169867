package cluster_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

func TestClusterSettings(t *testing.T) {
	t.Parallel()
	g := acctest.New(t)
	cluster := g.Cluster(t)
	parts := strings.Split(cluster, "/")
	project, location, name := parts[1], parts[3], parts[5]
	restored := func(*terraform.State) error {
		if mode := modeOf(t, g, cluster); mode != gcp.ModeDisabled {
			return fmt.Errorf("after the destroy the cluster evaluates %s", mode)
		}
		return nil
	}
	g.RunChecked(t, restored,
		resource.TestStep{
			Config: config(cluster, enforce, ""),
			ConfigPlanChecks: does(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(cluster))),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("evaluation_mode"), knownvalue.StringExact(enforce)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("policy_bindings"), knownvalue.SetSizeExact(0)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("deletion_policy"), knownvalue.StringExact("RESTORE")),
				statecheck.ExpectIdentity(address, map[string]knownvalue.Check{
					"project": knownvalue.StringExact(project), "location": knownvalue.StringExact(location),
					"name": knownvalue.StringExact(name),
				}),
			},
		},
		resource.TestStep{ // the same cluster, written differently
			Config: config("https://container.googleapis.com/v1/projects/"+project+"/locations/"+location+"/clusters/"+name,
				enforce, ""),
			ConfigPlanChecks: does(plancheck.ResourceActionNoop),
		},
		resource.TestStep{Config: config(location+"/"+name, enforce, ""), ConfigPlanChecks: does(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: config(cluster, gcp.ModeDisabled, ""), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
		resource.TestStep{Config: config(cluster, enforce, ""), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
		resource.TestStep{
			ResourceName:    address,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:   location + "/" + name,
		},
		resource.TestStep{
			ResourceName:    address,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:   project + "/" + location + "/" + name,
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
	if g.Emulator != nil {
		if n := g.Calls("UpdateCluster"); n != 4 {
			t.Errorf("%d updates were sent; four changes need four", n)
		}
	}
}

func TestClusterSettingsDrift(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	g.Run(t,
		resource.TestStep{Config: config(cluster, enforce, "")},
		resource.TestStep{
			PreConfig: func() { set(t, g, cluster, gcp.ModeDisabled) },
			Config:    config(cluster, enforce, ""), ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			PreConfig: func() {
				if err := g.Emulator.GKE().DeleteCluster(cluster); err != nil {
					t.Fatal(err)
				}
			},
			Config: config(cluster, enforce, ""),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate)},
			},
			ExpectError: regexp.MustCompile(`(?s)Cannot create cluster settings.*cluster += .*Not found: projects/demo.*Create the ` +
				`cluster first`),
		},
	)
}

// TestClusterSettingsDisabledInEverySpelling: no block, an empty block and DISABLED mean the same.
func TestClusterSettingsDisabledInEverySpelling(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"", "EVALUATION_MODE_UNSPECIFIED", gcp.ModeDisabled} {
		g := acctest.NewEmulated(t, emulator.Options{})
		cluster := g.Cluster(t)
		if err := g.Emulator.GKE().SetBinaryAuthorization(cluster, mode); err != nil {
			t.Fatal(err)
		}
		g.Run(t, resource.TestStep{Config: config(cluster, gcp.ModeDisabled, ""), ConfigPlanChecks: does(plancheck.ResourceActionCreate)})
		if n := g.Calls("UpdateCluster"); n != 0 {
			t.Errorf("%q: %d updates were sent though the cluster was disabled already", mode, n)
		}
	}
}

func TestClusterSettingsOfAnotherCluster(t *testing.T) {
	t.Parallel()
	const a, b = "projects/demo/locations/us-central1/clusters/a", "projects/demo/locations/europe-west1-b/clusters/b"
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{a, b}})
	g.Run(t,
		resource.TestStep{Config: config(a, enforce, "")},
		resource.TestStep{Config: config(b, enforce, ""), ConfigPlanChecks: does(plancheck.ResourceActionReplace)},
	)
	if mode := modeOf(t, g, a); mode != gcp.ModeDisabled {
		t.Errorf("the first cluster was left with %s", mode)
	}
}

func TestClusterSettingsRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	for name, c := range map[string]struct{ cluster, mode, more, want string }{
		"not a cluster":      {"projects/p/zones", enforce, "", `(?s)Invalid cluster.*projects/p/zones`},
		"upper case":         {"us-central1/Prod", enforce, "", `(?s)Invalid cluster.*lower-case`},
		"unknown mode":       {"us-central1/prod", "ENFORCE", "", `(?s)evaluation_mode.*PROJECT_SINGLETON_POLICY_ENFORCE`},
		"unknown policy":     {"us-central1/prod", enforce, `deletion_policy = "KEEP"`, `(?s)deletion_policy.*RESTORE`},
		"timeout of no time": {"us-central1/prod", enforce, "timeouts {\n create = \"soon\"\n}", `(?s)soon`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g.Run(t, resource.TestStep{Config: config(c.cluster, c.mode, c.more), PlanOnly: true, ExpectError: regexp.MustCompile(c.want)})
		})
	}
}
