package clusterbinding_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const operationTime = 150 * time.Millisecond

// TestClusterPolicyBindingsAreWrittenTogether: an apply writes ten bindings of two teams in one
// update, and a destroy removes them in one update, even if the cluster is busy at first.
func TestClusterPolicyBindingsAreWrittenTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{OperationTime: operationTime})
	all := append(crowd("blue", 5), crowd("red", 5)...)
	w.Emulator.GKE().StartOperation(prod, "UPGRADE_MASTER")
	cli := w.CLI(t, binding(all...))
	w.must(cli, "apply", "-auto-approve")
	w.has(gcp.ModeBindings, all...)
	sent := w.Calls("UpdateCluster")
	if sent > 2 { // one that finds the cluster busy
		t.Errorf("%d updates", sent)
	}
	w.Emulator.ResetCalls()
	w.clean(cli)
	if n := w.Calls("GetCluster") + w.Calls("ListClusters"); n > 10 {
		t.Errorf("%d reads of one cluster", n)
	}
	w.must(cli, "destroy", "-auto-approve")
	w.updates(1)
	w.went(gcp.ModeDisabled, gcp.ModeBindings, gcp.ModeDisabled)
	if n := len(w.Emulator.GKE().History(prod)); n != 3 {
		t.Errorf("the cluster had %d settings", n)
	}
}

// TestClusterPolicyBindingsTakeTurnsInOneUpdate: one update removes old bindings and adds new ones,
// so the limit of ten holds.
func TestClusterPolicyBindingsTakeTurnsInOneUpdate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.apply(binding(crowd("old", 5)...) + binding(crowd("same", 5)...))
	w.Emulator.ResetCalls()
	cli.Write(t, binding(crowd("new", 5)...)+binding(crowd("same", 5)...))
	w.must(cli, "apply", "-auto-approve")
	w.has(gcp.ModeBindings, append(crowd("new", 5), crowd("same", 5)...)...)
	w.updates(1)
}

// TestClusterPolicyBindingsOfTwoProcesses: two processes and a third writer change one cluster, and
// no binding is lost.
func TestClusterPolicyBindingsOfTwoProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{OperationTime: operationTime})
	one, other := w.CLI(t, binding(crowd("blue", 3)...)), w.CLI(t, binding(crowd("red", 3)...))
	var both sync.WaitGroup
	for _, cli := range []*acctest.CLI{one, other} {
		both.Go(func() {
			if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
				t.Error(out)
			}
		})
	}
	both.Wait()
	w.has(gcp.ModeBindings, append(crowd("blue", 3), crowd("red", 3)...)...)
	w.clean(one)
	w.must(other, "destroy", "-auto-approve")
	w.has(gcp.ModeBindings, crowd("blue", 3)...)
}

// TestClusterPolicyBindingsThroughFaults: faults during an apply neither lose nor repeat an update,
// and the binding made elsewhere survives.
func TestClusterPolicyBindingsThroughFaults(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fault.Fault{
		"lost reply":         {Method: "UpdateCluster", Kind: "after:unavailable"},
		"dropped reply":      {Method: "UpdateCluster", Kind: "after:reset"},
		"outages":            {Method: "UpdateCluster", Kind: "unavailable", Count: 3},
		"a quota":            {Method: "UpdateCluster", Kind: "resource_exhausted", Count: 3},
		"a storm of changes": {Method: "UpdateCluster", Kind: "aborted", Count: 8},
		"failing reads":      {Method: "GetCluster", Kind: "internal", Count: 3},
		"failing looks":      {Method: "GetOperation", Kind: "unavailable", Count: 3},
		"slow reads":         {Method: "GetCluster", Kind: "delay=50ms", Count: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Options{OperationTime: operationTime})
			w.bind(both, "theirs")
			cli := w.CLI(t, binding(crowd("ours", 3)...))
			if err := w.Emulator.Inject(f); err != nil {
				t.Fatal(err)
			}
			w.must(cli, "apply", "-auto-approve")
			if len(w.Emulator.Struck()) == 0 {
				t.Error("nothing was struck")
			}
			w.has(both, append(crowd("ours", 3), "theirs")...)
			w.clean(cli)
			if n := len(w.Emulator.GKE().History(prod)); n != 3 {
				t.Errorf("the cluster had %d settings", n)
			}
		})
	}
}

// TestClusterPolicyBindingAndAForeignWriter: a binding made by somebody else between the read and
// the update survives.
func TestClusterPolicyBindingAndAForeignWriter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{OperationTime: operationTime})
	w.bind(gcp.ModeBindings, "theirs")
	if err := w.Emulator.Inject(fault.Fault{Method: "UpdateCluster", Kind: "delay=300ms"}); err != nil {
		t.Fatal(err)
	}
	cli, done := w.CLI(t, binding("ours")), make(chan struct{})
	go func() {
		defer close(done)
		for w.Calls("UpdateCluster") == 0 {
			time.Sleep(time.Millisecond)
		}
		w.bind(both, "theirs", "new")
	}()
	w.must(cli, "apply", "-auto-approve")
	<-done
	w.has(both, "theirs", "new", "ours")
}

// TestOneRefusedClusterPolicyBinding: if GKE refuses one binding, or one exists already, the others
// are still written.
func TestOneRefusedClusterPolicyBinding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	numbered := strings.ReplaceAll(policy("ours-0"), "demo", w.Emulator.World().ProjectNumber("demo"))
	cli := w.CLI(t, binding(crowd("ours", 3)...)+strings.ReplaceAll(binding("twin"), policy("twin"), numbered))
	w.refused(cli, "the cluster is already bound to this policy", "apply", "-auto-approve")
	w.has(gcp.ModeBindings, crowd("ours", 3)...)
}

// TestClusterPolicyBindingLimit: the plan refuses eleven binding resources. If bindings made
// elsewhere take up the limit, the plan warns, and the apply writes as many as fit and names a
// remedy for the rest.
func TestClusterPolicyBindingLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.CLI(t, binding(crowd("ours", 11)...))
	acctest.Says(t, w.refused(cli, "Too many policy bindings", "plan"), "this configuration has 11 binding resources")
	w.bind(gcp.ModeBindings, crowd("theirs", 9)...)
	cli.Write(t, binding("one", "two"))
	acctest.Says(t, w.must(cli, "plan"), "Cluster has no room for the binding ("+prod+")")
	const full = "the cluster would have 11 policy bindings, and GKE takes 10 at most"
	acctest.Says(t, w.refused(cli, full, "apply", "-auto-approve"), "Remove the binding of an unused platform policy")
	past := w.Emulator.GKE().History(prod)
	if n := len(past[len(past)-1].Bindings); n != 10 {
		t.Errorf("%d bindings", n)
	}
	w.updates(1)
}
