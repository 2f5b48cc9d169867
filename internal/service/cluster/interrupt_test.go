package cluster_test

import (
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// longOperation is too long for any test to wait for. The tests end such operations by hand.
const longOperation = time.Hour

// TestClusterSettingsInterruptedCreate: an interrupt during a create does not taint the resource.
// The next plan waits for the operation and is empty, and only one update was sent.
func TestClusterSettingsInterruptedCreate(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{OperationTime: longOperation})
	cluster := g.Cluster(t)
	cli := g.CLI(t, config(cluster, enforce, ""))
	out, took := g.Interrupt(t, cli, "GetOperation", "apply", "-auto-approve")
	if !strings.Contains(out, "Interrupted while the cluster changes") {
		t.Errorf("the apply does not say what goes on: %s", out)
	}
	t.Logf("the apply ended %s after the interrupt", took)

	finish(t, g)
	if out, code := cli.Run(t, "plan", "-detailed-exitcode"); code != 0 {
		t.Fatalf("the next plan is not empty (%d): %s", code, out)
	}
	assertOneUpdate(t, g, cluster)
}

func TestClusterSettingsInterruptedUpdate(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{OperationTime: longOperation})
	cluster := g.Cluster(t)
	cli := g.CLI(t, config(cluster, gcp.ModeDisabled, ""))
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	cli.Write(t, config(cluster, enforce, ""))
	out, _ := g.Interrupt(t, cli, "GetOperation", "apply", "-auto-approve")
	if !strings.Contains(out, "interrupted") {
		t.Errorf("the apply does not say that it was interrupted: %s", out)
	}

	finish(t, g)
	if out, code := cli.Run(t, "plan", "-detailed-exitcode"); code != 0 {
		t.Fatalf("the next plan is not empty (%d): %s", code, out)
	}
	assertOneUpdate(t, g, cluster)
}

// TestClusterSettingsInterruptedCreateThatFails: if the operation fails after the interrupt, the
// next plan reports the failure and updates the cluster.
func TestClusterSettingsInterruptedCreateThatFails(t *testing.T) {
	t.Parallel()
	for code, message := range map[string]string{
		"INTERNAL":            "the control plane did not come up",
		"FAILED_PRECONDITION": `Operation denied by org policy: ["customConstraints/custom.a": ""].`,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{OperationTime: longOperation})
			cluster := g.Cluster(t)
			g.Emulator.GKE().FailNextOperation(cluster, code, message, false)
			cli := g.CLI(t, config(cluster, enforce, ""))
			g.Interrupt(t, cli, "GetOperation", "apply", "-auto-approve")
			finish(t, g)
			out, exit := cli.Run(t, "plan", "-detailed-exitcode")
			if exit != 2 || !strings.Contains(out, "The interrupted change of the cluster failed") ||
				!strings.Contains(out, "updated in-place") {
				t.Fatalf("exit code %d: %s", exit, out)
			}
		})
	}
}

func finish(t *testing.T, g *acctest.Ground) {
	t.Helper()
	for _, id := range g.Operations(t) {
		if err := g.Emulator.GKE().FinishOperation(id); err != nil {
			t.Fatal(err)
		}
	}
}

func assertOneUpdate(t *testing.T, g *acctest.Ground, cluster string) {
	t.Helper()
	if n := g.Calls("UpdateCluster"); n != 1 {
		t.Errorf("%d updates were sent", n)
	}
	if history := g.Emulator.GKE().History(cluster); len(history) != 2 || history[1].Mode != enforce {
		t.Errorf("the cluster went through %+v", history)
	}
}

// TestClusterSettingsInterruptedCreateWithoutAReply: an interrupted create is in the state, whether
// its update was carried out or not. A destroy restores the setting from before it.
func TestClusterSettingsInterruptedCreateWithoutAReply(t *testing.T) {
	t.Parallel()
	for kind, planned := range map[fault.Kind]int{"after:hang": 0, "hang": 2} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cluster := g.Cluster(t)
			bind(t, g, cluster, enforce)
			for _, f := range []fault.Fault{{Method: "UpdateCluster", Kind: kind}, {Method: "ListOperations", Kind: fault.Hang}} {
				if err := g.Emulator.Inject(f); err != nil {
					t.Fatal(err)
				}
			}
			cli := g.CLI(t, config(cluster, gcp.ModeDisabled, ""))
			out, _ := g.Interrupt(t, cli, "UpdateCluster", "apply", "-auto-approve")
			acctest.Says(t, out, "Interrupted while the cluster changes ("+cluster+")", "may have the setting or not")
			if out, code := g.Fresh(t, cli).Run(t, "plan", "-detailed-exitcode"); code != planned {
				t.Errorf("exit code %d: %s", code, out)
			}
			g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
			has(t, g, cluster, gcp.ModeDisabled)
			g.Fresh(t, cli).Succeeds(t, "destroy", "-auto-approve")
			has(t, g, cluster, enforce)
		})
	}
}
