package clusterbinding_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestClusterPolicyBinding creates a binding, respells it, imports it in three ways, creates it
// again after it was lost, and changes its policy. A binding made elsewhere survives.
func TestClusterPolicyBinding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	w.bind(both, "theirs")
	number := w.Emulator.World().ProjectNumber("demo")
	config := func(cluster, name string) string {
		return strings.NewReplacer(prod, cluster, `"one"`, `"it"`, policy("one"), name).Replace(binding("one"))
	}
	id := prod + " " + policy("one")
	w.RunChecked(t, func(*terraform.State) error { w.has(both, "theirs"); return nil },
		resource.TestStep{
			Config: config(prod, policy("one")),
			ConfigPlanChecks: does(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(id))),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentity(address, map[string]knownvalue.Check{
					"project": knownvalue.StringExact("demo"), "location": knownvalue.StringExact("us-central1"),
					"cluster": knownvalue.StringExact("prod"), "policy": knownvalue.StringExact(policy("one")),
				}),
			},
		},
		resource.TestStep{Config: config("us-central1/prod", policy("one")), ConfigPlanChecks: does(plancheck.ResourceActionNoop)},
		resource.TestStep{
			Config:           config("https://container.googleapis.com/v1/"+prod, strings.ReplaceAll(policy("one"), "demo", number)),
			ConfigPlanChecks: does(plancheck.ResourceActionNoop),
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID,
			ImportStateId: "us-central1/prod " + policy("one"), ImportStateVerify: true,
		},
		resource.TestStep{Config: config(prod, policy("one"))},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{
			PreConfig: func() { w.has(both, "one", "theirs"); w.bind(both, "theirs") },
			Config:    config(prod, policy("one")), ConfigPlanChecks: does(plancheck.ResourceActionCreate),
		},
		resource.TestStep{
			Config: config(prod, policy("two")), ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(prod+" "+policy("two"))),
				statecheck.ExpectIdentityValue(address, tfjsonpath.New("policy"), knownvalue.StringExact(policy("two"))),
			},
		},
	)
	w.went(gcp.ModeDisabled, both)
}

// TestClusterPolicyBindingModes: the mode follows from the bindings and leaves the use of the
// project policy unchanged.
func TestClusterPolicyBindingModes(t *testing.T) {
	t.Parallel()
	for without, with := range map[string]string{gcp.ModeDisabled: gcp.ModeBindings, enforce: both} {
		w := newWorld(t, emulator.Options{})
		if without == enforce {
			w.bind(enforce)
		}
		past := len(w.Emulator.GKE().History(prod))
		cli := w.apply(binding("one", "two"))
		w.has(with, "one", "two")
		w.clean(cli)
		cli.Write(t, binding("two"))
		w.must(cli, "apply", "-auto-approve")
		w.has(with, "two")
		w.must(cli, "destroy", "-auto-approve")
		w.has(without)
		if n := len(w.Emulator.GKE().History(prod)) - past; n != 3 {
			t.Errorf("%s: %d changes", without, n)
		}
	}
}

// TestClusterPolicyBindingExists: the plan refuses an existing binding and shows the import block.
// The apply refuses a binding made since the plan.
func TestClusterPolicyBindingExists(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.CLI(t, binding("it"))
	w.must(cli, "plan", "-out=it.tfplan")
	w.bind(gcp.ModeBindings, "it")
	id := `id = "` + prod + " " + policy("it") + `"`
	acctest.Says(t, w.refused(cli, "Policy is already bound", "plan"), id)
	w.refused(cli, id, "apply", "it.tfplan")
	cli.Write(t, binding("it")+"import {\n  to = "+address+"\n  id = \"us-central1/prod "+policy("it")+"\"\n}\n")
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "1 imported, 0 added, 0 changed, 0 destroyed")
	w.clean(cli)
	w.updates(0)
}

// TestClusterPolicyBindingGone: the destroy succeeds if the binding or its cluster is gone.
func TestClusterPolicyBindingGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.apply(binding("one", "two"))
	w.bind(gcp.ModeBindings, "two", "theirs")
	w.must(cli, "destroy", "-auto-approve", "-refresh=false", "-target=binauthz_cluster_policy_binding.one")
	w.has(gcp.ModeBindings, "two", "theirs")
	if err := w.Emulator.GKE().DeleteCluster(prod); err != nil {
		t.Fatal(err)
	}
	w.must(cli, "destroy", "-auto-approve", "-refresh=false")
	cli.Write(t, binding("one"))
	acctest.Says(t, w.refused(cli, "Cannot create cluster policy binding", "apply", "-auto-approve"),
		"Not found: projects/demo", "Create the cluster first")
}

// TestClusterPolicyBindingRefusesWhatCannotBe: invalid names are errors at the attribute, before
// any call.
func TestClusterPolicyBindingRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	for config, want := range map[string]string{
		strings.ReplaceAll(binding("it"), prod, "prod"):                   `"prod" is not the name of a cluster`,
		strings.ReplaceAll(binding("it"), policy("it"), "it"):             `"it" is not the name of a platform policy`,
		strings.ReplaceAll(binding("it"), "platforms/gke", "platforms/x"): "for cluster bindings",
	} {
		w.refused(w.CLI(t, config), want, "plan")
	}
	if n := w.AllCalls(); n > 0 {
		t.Errorf("%d calls", n)
	}
}

// TestClusterPolicyBindingWarnings: plans warn of checks lost with a binding, and of policy
// bindings alone, since these block no pod.
func TestClusterPolicyBindingWarnings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.CLI(t, binding("one", "two"))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "Policy bindings only audit ("+prod+")")
	acctest.Says(t, w.must(cli, "plan", "-destroy"),
		"Continuous validation loses checks ("+prod+" "+policy("one")+")",
		"Continuous validation loses checks ("+prod+" "+policy("two")+")")
	cli.Write(t, strings.ReplaceAll(binding("one"), policy("one"), policy("other")))
	acctest.Says(t, w.must(cli, "plan"), "no longer checks the pods of "+prod+" against: "+policy("one"))
	w.bind(both, "one", "two")
	acctest.Says(t, w.must(cli, "plan"), "!Policy bindings only audit")
}
