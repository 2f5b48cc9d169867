package cluster_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestClusterSettingsOfABusyCluster: an apply waits for an operation started by somebody else.
func TestClusterSettingsOfABusyCluster(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{OperationTime: 300 * time.Millisecond})
	cluster := g.Cluster(t)
	g.Run(t, resource.TestStep{
		PreConfig:        func() { g.Emulator.GKE().StartOperation(cluster, "UPGRADE_MASTER") },
		Config:           config(cluster, enforce, ""),
		ConfigPlanChecks: does(plancheck.ResourceActionCreate),
	})
	if mode := modeOf(t, g, cluster); mode != gcp.ModeDisabled {
		t.Errorf("after the destroy the cluster evaluates %s", mode)
	}
}

// TestClusterSettingsOfAClusterThatStaysBusy: after a timeout, the error names the running
// operation.
func TestClusterSettingsOfAClusterThatStaysBusy(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{OperationTime: longOperation})
	cluster := g.Cluster(t)
	g.Emulator.GKE().StartOperation(cluster, "UPGRADE_MASTER")
	g.Run(t, resource.TestStep{
		Config: config(cluster, enforce, "timeouts {\n  create = \"300ms\"\n}"),
		ExpectError: regexp.MustCompile(`(?s)Cannot create cluster settings.*timed ` +
			`out.*operation-[0-9a-z-]+\s+is\s+still\s+(PENDING|RUNNING).*timeouts`),
	})
	if n := len(g.Emulator.GKE().History(cluster)); n != 1 {
		t.Errorf("the cluster was changed %d times", n-1)
	}
}

// TestClusterSettingsWhenTheOperationFails: an operation with status DONE can carry an error in two
// places. Either one fails the apply, and the next apply succeeds.
func TestClusterSettingsWhenTheOperationFails(t *testing.T) {
	t.Parallel()
	for name, withStatusMessage := range map[string]bool{"error alone": false, "status message too": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cluster := g.Cluster(t)
			g.Emulator.GKE().FailNextOperation(cluster, "INTERNAL", "the control plane did not come up", withStatusMessage)
			g.Run(t,
				resource.TestStep{
					Config: config(cluster, enforce, ""),
					ExpectError: regexp.MustCompile(`(?s)Cannot create cluster ` +
						`settings.*the\s+control\s+plane\s+did\s+not\s+come\s+up.*gcloud container operations describe`),
				},
				resource.TestStep{Config: config(cluster, enforce, ""), ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
			)
		})
	}
}

func TestClusterSettingsDenied(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]string{
		"GetCluster":    `(?s)Cannot create cluster settings.*container\.clusters\.get.*roles/container\.clusterViewer`,
		"UpdateCluster": `(?s)Cannot create cluster settings.*container\.clusters\.update.*roles/container\.clusterAdmin`,
	} {
		f, err := fault.Parse(method + "=permission_denied,count=forever")
		if err != nil {
			t.Fatal(err)
		}
		g := acctest.NewEmulated(t, emulator.Options{Faults: []fault.Fault{f}})
		g.Run(t, resource.TestStep{Config: config(g.Cluster(t), enforce, ""), ExpectError: regexp.MustCompile(want)})
	}
}

// TestClusterSettingsWarnsOfWeakening: the plan warns if the cluster would stop enforcing.
func TestClusterSettingsWarnsOfWeakening(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	cli := g.CLI(t, config(cluster, enforce, ""))
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	warning := regexp.MustCompile(`(?s)Warning: Enforcement is switched off.*from\s+PROJECT_SINGLETON_POLICY_ENFORCE\s+to\s+DISABLED`)
	if out, _ := cli.Run(t, "plan", "-destroy"); !warning.MatchString(out) {
		t.Errorf("a destroy does not warn: %s", out)
	}
	cli.Write(t, config(cluster, gcp.ModeDisabled, ""))
	if out, _ := cli.Run(t, "plan"); !warning.MatchString(out) {
		t.Errorf("a change to DISABLED does not warn: %s", out)
	}
}
