package clusterbinding_test

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

func (w *world) finish() {
	w.t.Helper()
	for _, id := range w.Operations(w.t) {
		if err := w.Emulator.GKE().FinishOperation(id); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestInterruptedClusterPolicyBindings: an interrupt during the operation does not taint the
// resources. The next plan waits for the operation, and only one update is sent.
func TestInterruptedClusterPolicyBindings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{OperationTime: longOperation})
	cli := w.CLI(t, binding(crowd("ours", 3)...))
	out, took := w.Interrupt(t, cli, "GetOperation", "apply", "-auto-approve")
	acctest.Says(t, out, "Interrupted while the cluster changes ("+prod+")")
	t.Logf("the apply ended %s after the interrupt", took)
	w.finish()
	w.clean(cli)
	w.updates(1)
	w.has(gcp.ModeBindings, crowd("ours", 3)...)
	out, _ = w.Interrupt(t, w.Fresh(t, cli), "UpdateCluster", "destroy", "-auto-approve")
	acctest.Says(t, out, "interrupted")
	w.finish()
	w.Emulator.World().OperationTime = 0
	w.must(cli, "destroy", "-auto-approve")
	w.updates(2)
	w.has(gcp.ModeDisabled)
}

// TestInterruptedClusterPolicyBindingThatFails: if the operation fails after the interrupt, the
// next plan reports the failure and creates the binding again.
func TestInterruptedClusterPolicyBindingThatFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{OperationTime: longOperation})
	w.Emulator.GKE().FailNextOperation(prod, "INTERNAL", "the control plane did not come up", false)
	cli := w.CLI(t, binding("it"))
	w.Interrupt(t, cli, "GetOperation", "apply", "-auto-approve")
	w.finish()
	w.Emulator.World().OperationTime = 0
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"),
		"The interrupted change of the cluster failed", "1 added, 0 changed, 0 destroyed")
	w.has(gcp.ModeBindings, "it")
	w.clean(cli)
}

// TestClusterPolicyBindingThatCannotSeeItsEnd: an operation longer than the time limit loses no
// state.
func TestClusterPolicyBindingThatCannotSeeItsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{OperationTime: longOperation})
	cli := w.CLI(t, strings.ReplaceAll(binding("it"), "\n}", "\n  timeouts {\n    create = \"1s\"\n  }\n}"))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "The cluster is still changing ("+prod+")", "operation-")
	w.finish()
	w.clean(cli)
	w.updates(1)
}

// TestClusterPolicyBindingOfAClusterThatStaysBusy: the timeout error names the running operation,
// and nothing is bound.
func TestClusterPolicyBindingOfAClusterThatStaysBusy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{OperationTime: longOperation})
	running := w.Emulator.GKE().StartOperation(prod, "UPGRADE_MASTER")
	cli := w.CLI(t, strings.ReplaceAll(binding("it"), "\n}", "\n  timeouts {\n    create = \"1s\"\n  }\n}"))
	acctest.Says(t, w.refused(cli, "timed out", "apply", "-auto-approve"), running+" is still", "timeouts")
	w.has(gcp.ModeDisabled)
	w.finish()
	w.Emulator.World().OperationTime = 0
	w.must(cli, "apply", "-auto-approve")
	w.has(gcp.ModeBindings, "it")
}

// TestClusterPolicyBindingDenied: the error names the missing permission. An apply needs no
// permission to read operations.
func TestClusterPolicyBindingDenied(t *testing.T) {
	t.Parallel()
	for methods, want := range map[string]string{
		"GetCluster": "container.clusters.get", "UpdateCluster": "container.clusters.update", "GetOperation ListOperations": "",
	} {
		w := newWorld(t, emulator.Options{OperationTime: operationTime})
		for method := range strings.FieldsSeq(methods) {
			if err := w.Emulator.Inject(fault.Fault{Method: method, Kind: "permission_denied", Count: fault.Forever}); err != nil {
				t.Fatal(err)
			}
		}
		if cli := w.CLI(t, binding("one", "two")); want == "" {
			w.must(cli, "apply", "-auto-approve")
		} else {
			w.refused(cli, want, "apply", "-auto-approve")
		}
	}
}
