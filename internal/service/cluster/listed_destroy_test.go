package cluster_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestClusterSettingsDestroyLeavesWhatWasNotListed: a destroy removes the bindings of the list
// applied last. Bindings made by others stay, also if the refresh has seen them.
func TestClusterSettingsDestroyLeavesWhatWasNotListed(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"RESTORE", "DISABLE"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cluster := g.Cluster(t)
			cli := g.CLI(t, config(cluster, gcp.ModeBindings, listing(audit, old)+"\ndeletion_policy = \""+policy+"\""))
			cli.Succeeds(t, "apply", "-auto-approve")
			cli.Write(t, config(cluster, gcp.ModeBindings, listing(audit)+"\ndeletion_policy = \""+policy+"\""))
			g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
			bind(t, g, cluster, gcp.ModeBindings, audit, fresh, old)
			g.Fresh(t, cli).Succeeds(t, "apply", "-refresh-only", "-auto-approve")
			acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan", "-destroy"), "loses checks ("+cluster+" "+audit+")")
			g.Fresh(t, cli).Succeeds(t, "destroy", "-auto-approve")
			has(t, g, cluster, gcp.ModeBindings, "fresh", "old")
		})
	}
}

// TestClusterSettingsDestroyAfterAnInterruptedList: an interrupted update of the list counts as
// applied if its operation succeeded, and as not applied if it failed.
func TestClusterSettingsDestroyAfterAnInterruptedList(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]bool{"success": false, "failure": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cluster := g.Cluster(t)
			cli := g.CLI(t, config(cluster, gcp.ModeBindings, listing(audit)))
			cli.Succeeds(t, "apply", "-auto-approve")
			cli.Write(t, config(cluster, gcp.ModeBindings, listing(fresh)))
			g.Emulator.World().OperationTime = longOperation
			if fails {
				g.Emulator.GKE().FailNextOperation(cluster, "INTERNAL", "the control plane did not come up", false)
			}
			g.Interrupt(t, cli, "GetOperation", "apply", "-auto-approve")
			finish(t, g)
			g.Emulator.World().OperationTime = 0
			bound, left := fresh, "audit"
			if fails {
				bound, left = audit, "fresh"
			}
			has(t, g, cluster, gcp.ModeBindings, bound[len("projects/demo/platforms/gke/policies/"):])
			g.Fresh(t, cli).Succeeds(t, "apply", "-refresh-only", "-auto-approve")
			bind(t, g, cluster, gcp.ModeBindings, audit, fresh) // somebody binds the other one
			g.Fresh(t, cli).Succeeds(t, "destroy", "-auto-approve")
			has(t, g, cluster, gcp.ModeBindings, left)
		})
	}
}
