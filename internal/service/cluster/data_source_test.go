package cluster_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

func TestClusterSettingsDataSource(t *testing.T) {
	t.Parallel()
	g := acctest.New(t)
	cluster := g.Cluster(t)
	const one = "data.binauthz_cluster_settings.one"
	g.Run(t, resource.TestStep{
		Config: config(cluster, enforce, "") +
			"data \"binauthz_cluster_settings\" \"one\" {\n  cluster = binauthz_cluster_settings.it.id\n}\n",
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(one, tfjsonpath.New("id"), knownvalue.StringExact(cluster)),
			statecheck.ExpectKnownValue(one, tfjsonpath.New("evaluation_mode"), knownvalue.StringExact(enforce)),
			statecheck.ExpectKnownValue(one, tfjsonpath.New("enforces"), knownvalue.Bool(true)),
			statecheck.ExpectKnownValue(one, tfjsonpath.New("status"), knownvalue.StringExact("RUNNING")),
		},
	})
}

// TestClustersDataSource: the data source lists every cluster of a project with its mode, its
// bindings and its enforcement. missing_zones names the zones without an answer.
func TestClustersDataSource(t *testing.T) {
	t.Parallel()
	cluster := func(location, name string) string {
		return "projects/demo/locations/" + location + "/clusters/" + name
	}
	a, b, c, d := cluster("europe-west1", "a"), cluster("us-central1", "b"), cluster("us-central1", "c"), cluster("us-east1-b", "d")
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{a, b, c, d}})
	for name, s := range map[string]gcp.Setting{
		a: {Mode: gcp.ModeProjectPolicy}, b: {Mode: gcp.ModeBindings, Bindings: []string{binding}},
		c: {Mode: gcp.ModeBindingsAndProjectPolicy, Bindings: []string{binding}},
	} {
		if err := g.Emulator.GKE().SetBinaryAuthorization(name, s.Mode, s.Bindings...); err != nil {
			t.Fatal(err)
		}
	}
	const all = "data.binauthz_clusters.all"
	shows := func(i int, id, mode string, bindings int, enforces bool) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(all, tfjsonpath.New("clusters").AtSliceIndex(i),
			knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"id": knownvalue.StringExact(id), "evaluation_mode": knownvalue.StringExact(mode),
				"policy_bindings": knownvalue.SetSizeExact(bindings), "enforces": knownvalue.Bool(enforces),
			}))
	}
	g.Run(t,
		resource.TestStep{Config: `data "binauthz_clusters" "all" {}`, ConfigStateChecks: []statecheck.StateCheck{
			shows(0, a, gcp.ModeProjectPolicy, 0, true),
			shows(1, b, gcp.ModeBindings, 1, false),
			shows(2, c, gcp.ModeBindingsAndProjectPolicy, 1, true),
			shows(3, d, gcp.ModeDisabled, 0, false),
			statecheck.ExpectKnownValue(all, tfjsonpath.New("missing_zones"), knownvalue.SetSizeExact(0)),
		}},
		resource.TestStep{
			PreConfig: func() { g.Emulator.GKE().SetMissingZones("demo", "us-east1-b") },
			Config:    `data "binauthz_clusters" "all" {}`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(all, tfjsonpath.New("clusters"), knownvalue.ListSizeExact(3)),
				statecheck.ExpectKnownValue(all, tfjsonpath.New("missing_zones"),
					knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("us-east1-b")})),
			},
		},
	)
}

func TestClusterDataSourcesThatFindNothing(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	for config, want := range map[string]string{
		`data "binauthz_cluster_settings" "x" { cluster = "us-central1/none" }`: `(?s)Cannot read cluster settings.*Not found`,
		`data "binauthz_cluster_settings" "x" { cluster = "none" }`: `(?s)Cannot read cluster settings.*"none" is not the ` +
			`name of a cluster`,
	} {
		g.Run(t, resource.TestStep{Config: config, ExpectError: regexp.MustCompile(want)})
	}
}

// TestClusterSettingsOfAFleet: the number of calls of a plan does not grow with the number of
// clusters: one get and one list.
func TestClusterSettingsOfAFleet(t *testing.T) {
	t.Parallel()
	var clusters []string
	for i := range 100 {
		clusters = append(clusters, fmt.Sprintf("projects/demo/locations/us-central1/clusters/c%03d", i))
	}
	g := acctest.NewEmulated(t, emulator.Options{Clusters: clusters})
	fleet := `
resource "binauthz_cluster_settings" "fleet" {
  count           = 100
  cluster         = format("us-central1/c%03d", count.index)
  evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
}
`
	cli := g.CLI(t, fleet)
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	if n := g.Calls("UpdateCluster"); n != 100 {
		t.Errorf("%d updates were sent for 100 clusters", n)
	}
	again := g.Fresh(t, cli)
	g.Emulator.ResetCalls()
	if out, code := again.Run(t, "plan", "-detailed-exitcode"); code != 0 {
		t.Fatalf("the second plan is not empty (%d): %s", code, out)
	}
	if n := g.AllCalls(); n > 2 {
		t.Errorf("a plan of 100 clusters made %d calls: %v", n, g.Emulator.Calls())
	}
}
