package cluster_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestClusterSettingsFollowTheProvidersProject: if the provider's project changes, an unchanged
// short name is a different cluster.
func TestClusterSettingsFollowTheProvidersProject(t *testing.T) {
	t.Parallel()
	const demo, other = "projects/demo/locations/us-central1/clusters/prod", "projects/other/locations/us-central1/clusters/prod"
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{demo, other}})
	in := func(project string) string {
		return "provider \"binauthz\" {\n  project = \"" + project + "\"\n}\n" + config("us-central1/prod", enforce, "")
	}
	cli := g.CLI(t, in("demo"))
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	cli.Write(t, in("other"))
	if out, code := g.Fresh(t, cli).Run(t, "apply", "-auto-approve"); code != 0 || !strings.Contains(out, "must be replaced") ||
		!strings.Contains(out, "Enforcement is switched off") {
		t.Fatalf("exit code %d: %s", code, out)
	}
	if a, b := modeOf(t, g, demo), modeOf(t, g, other); a != gcp.ModeDisabled || b != enforce {
		t.Errorf("demo evaluates %s, other %s", a, b)
	}
}

// TestClusterSettingsCreateThatCannotSeeItsEnd: the operation of a create can outlast the time
// limit. The state and the setting to restore survive.
func TestClusterSettingsCreateThatCannotSeeItsEnd(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{OperationTime: longOperation})
	cluster := g.Cluster(t)
	cli := g.CLI(t, config(cluster, enforce, "timeouts {\n  create = \"300ms\"\n}"))
	out, code := cli.Run(t, "apply", "-auto-approve")
	if code != 0 || !strings.Contains(out, "The cluster is still changing") {
		t.Fatalf("exit code %d: %s", code, out)
	}
	finish(t, g)
	if out, code := cli.Run(t, "plan", "-detailed-exitcode"); code != 0 {
		t.Fatalf("the next plan is not empty (%d): %s", code, out)
	}
	assertOneUpdate(t, g, cluster)
	g.Emulator.World().OperationTime = 0
	if out, code := cli.Run(t, "destroy", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	if mode := modeOf(t, g, cluster); mode != gcp.ModeDisabled {
		t.Errorf("the destroy did not restore what was there before: %s", mode)
	}
}

func TestClusterSettingsWhenOperationsMayNotBeRead(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{Faults: []fault.Fault{
		{Method: "GetOperation", Kind: "permission_denied", Count: fault.Forever},
		{Method: "ListOperations", Kind: "permission_denied", Count: fault.Forever},
	}})
	g.Run(t, resource.TestStep{Config: config(g.Cluster(t), enforce, "")}, resource.TestStep{
		Config: config(g.Cluster(t), gcp.ModeDisabled, ""),
	})
}

// TestClusterSettingsReplacementIsADestroyToo: the checks and warnings of a destroy also apply to a
// replacement.
func TestClusterSettingsReplacementIsADestroyToo(t *testing.T) {
	t.Parallel()
	const a, b = "projects/demo/locations/us-central1/clusters/a", "projects/demo/locations/us-central1/clusters/b"
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{a, b}})
	g.Run(t,
		resource.TestStep{Config: config(a, enforce, `deletion_policy = "PREVENT"`)},
		resource.TestStep{
			Config:      config(b, enforce, `deletion_policy = "PREVENT"`),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`Destroy prevented`),
		},
		resource.TestStep{Config: config(a, enforce, "")},
	)
}

// TestClusterSettingsNewOnAClusterThatHasThem: the plan of a create reads the cluster. It warns of
// a weaker setting and fails if bindings would be lost.
func TestClusterSettingsNewOnAClusterThatHasThem(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	if err := g.Emulator.GKE().SetBinaryAuthorization(cluster, enforce); err != nil {
		t.Fatal(err)
	}
	cli := g.CLI(t, config(cluster, gcp.ModeDisabled, ""))
	if out, code := cli.Run(t, "plan"); code != 0 || !strings.Contains(out, "Enforcement is switched off") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if err := g.Emulator.GKE().SetBinaryAuthorization(cluster, gcp.ModeBindings, binding); err != nil {
		t.Fatal(err)
	}
	if out, code := g.Fresh(t, cli).Run(t, "plan"); code == 0 || !strings.Contains(out, "Policy bindings would be lost") {
		t.Errorf("exit code %d: %s", code, out)
	}
}
