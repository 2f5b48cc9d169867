package cluster_test

import (
	"fmt"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestClusterSettingsEveryTransition: every mode change is a single update; the cluster is never
// DISABLED in between.
func TestClusterSettingsEveryTransition(t *testing.T) {
	t.Parallel()
	type side struct{ mode, list string }
	sides := []side{
		{gcp.ModeDisabled, listing()},
		{enforce, listing()},
		{gcp.ModeBindings, listing(audit)},
		{both, listing(audit)},
		{both, listing(fresh)},
	}
	for i, from := range sides {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cluster := g.Cluster(t)
			cli := g.CLI(t, config(cluster, from.mode, from.list))
			cli.Succeeds(t, "apply", "-auto-approve")
			for _, to := range sides {
				for _, step := range []side{to, from} {
					before, past := g.Calls("UpdateCluster"), len(g.Emulator.GKE().History(cluster))
					cli.Write(t, config(cluster, step.mode, step.list))
					cli.Succeeds(t, "apply", "-auto-approve")
					history, want := g.Emulator.GKE().History(cluster), 1
					if to == from {
						want = 0
					}
					n, now := g.Calls("UpdateCluster")-before, history[len(history)-1]
					if n != want || len(history)-past != want || now.Mode != step.mode {
						t.Errorf("%v to %v: %d updates, and the cluster went through %v", from, step, n, history[past-1:])
					}
				}
			}
			g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
		})
	}
}
