package clusterbinding_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// labelled is a binding resource for each policy, labelled with its index.
func labelled(policies ...string) (all string) {
	for i, name := range policies {
		all += fmt.Sprintf("resource \"binauthz_cluster_policy_binding\" \"n%d\" {\n  cluster = %q\n  policy = %q\n}\n",
			i, prod, policy(name))
	}
	return all
}

const changes = "0 added, 1 changed, 0 destroyed"

// TestClusterPolicyBindingChangesInPlace: another policy is one update. The cluster is never
// DISABLED in between.
func TestClusterPolicyBindingChangesInPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{OperationTime: operationTime})
	cli := w.apply(labelled("one"))
	w.updates(1)
	cli.Write(t, labelled("two"))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "updated in-place", changes,
		"Continuous validation loses checks ("+prod+" "+policy("one")+")", "!Policy bindings only audit")
	w.has(gcp.ModeBindings, "two")
	w.updates(2)
	w.went(gcp.ModeDisabled, gcp.ModeBindings)
	w.clean(cli)
	w.must(cli, "destroy", "-auto-approve")
	w.has(gcp.ModeDisabled)
}

// TestClusterPolicyBindingChangesAfterThePlan: a change binds the new policy also if the old one
// was unbound since the plan. It is refused if somebody else has bound the new one, and the old one
// stays.
func TestClusterPolicyBindingChangesAfterThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.apply(labelled("one"))
	cli.Write(t, labelled("two"))
	w.must(cli, "plan", "-out=it.tfplan")
	w.bind(both, "theirs")
	w.must(cli, "apply", "it.tfplan")
	w.has(both, "theirs", "two")
	w.clean(cli)
	cli.Write(t, labelled("three"))
	w.must(cli, "plan", "-out=it.tfplan")
	w.bind(both, "theirs", "two", "three")
	acctest.Says(t, w.refused(cli, "the cluster is already bound to this policy", "apply", "it.tfplan"), "import it as another resource")
	w.has(both, "theirs", "two", "three")
	acctest.Says(t, w.must(cli, "plan"), "Policy is already bound ("+prod+" "+policy("three")+")")
	w.bind(both, "theirs", "two")
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), changes)
	w.has(both, "theirs", "three")
	w.bind(both, "theirs") // drift: the binding is gone
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "1 added, 0 changed, 0 destroyed")
	w.has(both, "theirs", "three")
}

// TestClusterPolicyBindingsExchangePolicies: with count, the removal of a list element moves the
// policies of all later ones. One update changes all bindings, also if two exchange their policies.
func TestClusterPolicyBindingsExchangePolicies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.apply(labelled("one", "two", "three", "four"))
	sent := w.Calls("UpdateCluster")
	cli.Write(t, labelled("two", "three", "four"))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "0 added, 3 changed, 1 destroyed")
	w.has(gcp.ModeBindings, "two", "three", "four")
	w.updates(sent + 1)
	cli.Write(t, labelled("three", "two", "four"))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "0 added, 2 changed, 0 destroyed")
	w.has(gcp.ModeBindings, "two", "three", "four")
	w.updates(sent + 1) // the cluster has the same bindings as before
	w.clean(cli)
}

// TestClusterPolicyBindingChangesThroughFaults: a lost reply of the update neither repeats it nor
// loses a binding.
func TestClusterPolicyBindingChangesThroughFaults(t *testing.T) {
	t.Parallel()
	for _, kind := range []fault.Kind{"after:unavailable", "after:reset", "aborted", "unavailable"} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Options{})
			cli := w.apply(labelled("one"))
			cli.Write(t, labelled("two"))
			if err := w.Emulator.Inject(fault.Fault{Method: "UpdateCluster", Kind: kind}); err != nil {
				t.Fatal(err)
			}
			acctest.Says(t, w.must(cli, "apply", "-auto-approve"), changes)
			w.has(gcp.ModeBindings, "two")
			if n := len(w.Emulator.GKE().History(prod)); n != 3 {
				t.Errorf("the cluster had %d settings", n)
			}
			w.clean(cli)
		})
	}
}

// TestInterruptedChangeOfAClusterPolicyBinding: after an interrupt, the next plan waits for the
// operation. It is empty after a success. After a failure, it changes the binding again.
func TestInterruptedChangeOfAClusterPolicyBinding(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]bool{"success": false, "failure": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Options{})
			cli := w.apply(labelled("one"))
			cli.Write(t, labelled("two"))
			w.Emulator.World().OperationTime = time.Hour
			if fails {
				w.Emulator.GKE().FailNextOperation(prod, "INTERNAL", "the control plane did not come up", false)
			}
			out, _ := w.Interrupt(t, w.Fresh(t, cli), "GetOperation", "apply", "-auto-approve")
			acctest.Says(t, out, "interrupted")
			w.finish()
			w.Emulator.World().OperationTime = 0
			if fails {
				acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "The interrupted change of the cluster failed", changes)
				w.updates(3)
			} else {
				w.clean(cli)
				w.updates(2)
				w.must(cli, "apply", "-refresh-only", "-auto-approve")
			}
			w.has(gcp.ModeBindings, "two")
			w.clean(cli)
			w.must(cli, "destroy", "-auto-approve")
			w.has(gcp.ModeDisabled)
		})
	}
}

// TestClusterPolicyBindingOfAnUnknownPolicy: a policy that is known only at apply is a change in
// place too.
func TestClusterPolicyBindingOfAnUnknownPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.apply(labelled("one"))
	for _, name := range []string{"one", "two"} {
		cli.Write(t, fmt.Sprintf("resource \"terraform_data\" \"it\" {\n  input = %q\n}\n"+
			"resource \"binauthz_cluster_policy_binding\" \"n0\" {\n  cluster = %q\n  policy = terraform_data.it.output\n}\n",
			policy(name), prod))
		w.must(cli, "apply", "-auto-approve")
		w.has(gcp.ModeBindings, name)
		w.clean(cli)
	}
	w.went(gcp.ModeDisabled, gcp.ModeBindings)
}
