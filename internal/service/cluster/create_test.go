package cluster_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const (
	inconsistent = "inconsistent final plan"
	old          = "projects/demo/platforms/gke/policies/old"
)

// TestClusterSettingsCreateTakesOverBindings: the plan of a create names the bindings that it
// removes, and the apply removes only these.
func TestClusterSettingsCreateTakesOverBindings(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	bind(t, g, cluster, gcp.ModeBindings, fresh)
	cli := g.CLI(t, config(cluster, gcp.ModeBindings, listing(audit)))
	acctest.Says(t, cli.Succeeds(t, "plan", "-out=it.tfplan"), "takes_over", "Create unbinds platform policies ("+cluster+")",
		"loses checks ("+cluster)
	g.Fresh(t, cli).Succeeds(t, "apply", "it.tfplan")
	has(t, g, cluster, gcp.ModeBindings, "audit")
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode"), "!takes_over", "!unbinds")
	cli.Write(t, config(cluster, both, listing(audit)))
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "!takes_over", "!unbinds")
}

// TestClusterSettingsCreateSparesWhatCameSinceThePlan: a create removes no binding that its plan
// did not show: made since the plan, on an unreadable cluster, or on a cluster that was unknown.
func TestClusterSettingsCreateSparesWhatCameSinceThePlan(t *testing.T) {
	t.Parallel()
	unread := []fault.Fault{{Method: "GetCluster", Kind: "permission_denied"}}
	for name, c := range map[string]struct {
		before, since []string
		known         bool
		faults        []fault.Fault
		says          string
	}{
		"since the plan":  {nil, []string{fresh}, true, nil, "!Create unbinds"},
		"beside another":  {[]string{old}, []string{old, fresh}, true, nil, "Create unbinds"},
		"unread":          {[]string{fresh}, []string{fresh}, true, unread, "Not checked until apply"},
		"unknown cluster": {[]string{fresh}, []string{fresh}, false, nil, "!Create unbinds"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cluster := g.Cluster(t)
			bind(t, g, cluster, gcp.NewSetting(false, c.before).Mode, c.before...)
			body := config(cluster, gcp.ModeBindings, listing(audit))
			if !c.known {
				body = fmt.Sprintf("resource \"terraform_data\" \"it\" {\n  input = %q\n}\n", cluster) +
					fmt.Sprintf("resource \"binauthz_cluster_settings\" \"it\" {\n  cluster = terraform_data.it.output\n"+
						"  evaluation_mode = %q\n  %s\n}\n", gcp.ModeBindings, listing(audit))
			}
			for _, f := range c.faults {
				if err := g.Emulator.Inject(f); err != nil {
					t.Fatal(err)
				}
			}
			cli := g.CLI(t, body)
			acctest.Says(t, cli.Succeeds(t, "plan", "-out=it.tfplan"), c.says)
			bind(t, g, cluster, gcp.ModeBindings, c.since...)
			acctest.Says(t, g.Fresh(t, cli).Fails(t, inconsistent, "apply", "it.tfplan"), "takes_over", "Make a new plan")
			if n := g.Calls("UpdateCluster"); n > 0 {
				t.Errorf("%d updates", n)
			}
			g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve") // a new plan shows them
			has(t, g, cluster, gcp.ModeBindings, "audit")
		})
	}
}

// TestClusterSettingsCreateWithAnUnreadPlan: if the plan could not read the cluster, and the
// cluster has no other bindings, the apply succeeds.
func TestClusterSettingsCreateWithAnUnreadPlan(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	if err := g.Emulator.Inject(fault.Fault{Method: "GetCluster", Kind: "permission_denied"}); err != nil {
		t.Fatal(err)
	}
	cli := g.CLI(t, config(cluster, gcp.ModeBindings, listing(audit)))
	acctest.Says(t, cli.Succeeds(t, "plan", "-out=it.tfplan"), "Not checked until apply ("+cluster+")", "container.clusters.get")
	bind(t, g, cluster, gcp.ModeBindings, audit)
	g.Fresh(t, cli).Succeeds(t, "apply", "it.tfplan")
	has(t, g, cluster, gcp.ModeBindings, "audit")
}

// TestClusterSettingsCreateSparesWhatCameDuringTheApply: a binding made while the create waits for
// a busy cluster stays, also if an earlier update had no reply.
func TestClusterSettingsCreateSparesWhatCameDuringTheApply(t *testing.T) {
	t.Parallel()
	t.Run("busy", func(t *testing.T) {
		t.Parallel()
		sparesWhatComes(t, 1)
	})
	t.Run("lost reply", func(t *testing.T) {
		t.Parallel()
		sparesWhatComes(t, 2, fault.Fault{Method: "UpdateCluster", Kind: "unavailable"})
	})
}

// sparesWhatComes binds a policy after so many calls of UpdateCluster.
func sparesWhatComes(t *testing.T, calls int, faults ...fault.Fault) {
	t.Helper()
	g := acctest.NewEmulated(t, emulator.Options{OperationTime: longOperation})
	cluster := g.Cluster(t)
	g.Emulator.GKE().StartOperation(cluster, "UPGRADE_MASTER")
	for _, f := range faults {
		if err := g.Emulator.Inject(f); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for g.Calls("UpdateCluster") < calls {
			time.Sleep(time.Millisecond)
		}
		if err := g.Emulator.GKE().SetBinaryAuthorization(cluster, gcp.ModeBindings, fresh); err != nil {
			t.Error(err)
		}
		finish(t, g)
	}()
	cli := g.CLI(t, config(cluster, gcp.ModeBindings, listing(audit)+"\ntimeouts { create = \"40s\" }"))
	cli.Fails(t, "/policies/fresh. policy_bindings does not list them, and nothing was written", "apply", "-auto-approve")
	<-done
	has(t, g, cluster, gcp.ModeBindings, "fresh")
}
