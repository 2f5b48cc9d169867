package clusterbinding_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// Settings that leave the bindings to others work beside resources for them, in every mode and whichever came first: one update, and the
// next plan is empty.
func TestClusterPolicyBindingsBesideSettings(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]string{
		gcp.ModeDisabled: gcp.ModeBindings, gcp.ModeBindings: gcp.ModeBindings, enforce: both, both: both,
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Options{OperationTime: operationTime})
			cli := w.apply(settings(mode, "") + binding("one", "two"))
			w.has(want, "one", "two")
			w.updates(1)
			w.clean(cli)
			cli.Write(t, settings(mode, "")+binding("two", "three"))
			w.must(cli, "apply", "-auto-approve")
			w.has(want, "two", "three")
			w.clean(cli)
			cli.Write(t, settings(mode, "")) // the last ones go
			w.must(cli, "apply", "-auto-approve")
			w.clean(cli)
			cli.Write(t, settings(mode, "")+binding("one"))
			w.must(cli, "apply", "-auto-approve")
			w.clean(cli)
			w.must(cli, "destroy", "-auto-approve")
			w.has(gcp.ModeDisabled)
		})
	}
}

// Settings that come or change beside bindings keep them; a mode that has no room for bindings is refused, and said how to go on.
func TestClusterSettingsComeToBindings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.apply(binding("one"))
	cli.Write(t, settings(enforce, "")+binding("one"))
	acctest.Says(t, w.refused(cli, "Policy bindings would be lost", "plan"), `set evaluation_mode to "`+both+`"`, "set policy_bindings "+
		"= []")
	cli.Write(t, settings(both, "")+binding("one"))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "!loses checks")
	w.has(both, "one")
	cli.Write(t, settings(gcp.ModeBindings, "")+binding("one"))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "Enforcement is switched off ("+prod+")")
	w.has(gcp.ModeBindings, "one")
	w.clean(cli)
	cli.Write(t, settings(gcp.ModeDisabled, "")+binding("one"))
	w.refused(cli, "Policy bindings would be lost", "plan")
}

// The first plan of both does not warn of what the other one does.
func TestClusterPolicyBindingsBesideSettingsThatEnforce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.apply(settings(both, "") + binding("one"))
	w.has(both, "one")
	acctest.Says(t, w.clean(cli), "!Warning")
}

// A list of all bindings and a resource for one of them is an error at plan, in whatever order, and says what to drop.
func TestClusterPolicyBindingBesideAList(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	list := `policy_bindings = ["` + policy("one") + `"]`
	cli := w.CLI(t, settings(gcp.ModeBindings, list)+binding("one"))
	acctest.Says(t, w.refused(cli, "Policy binding is owned twice", "plan"), "leave policy_bindings out of the "+
		"settings", "removed block that has destroy = false")
	w.updates(0)
	cli.Write(t, settings(gcp.ModeBindings, list))
	w.must(cli, "apply", "-auto-approve")
	cli.Write(t, settings(gcp.ModeBindings, list)+binding("two")) // the settings do not change, and are not looked at in full
	w.refused(cli, "Policy binding is owned twice", "plan")
	// From the list to resources of their own: each is imported.
	cli.Write(t, settings(gcp.ModeBindings, "")+binding("one")+"import {\n  to = binauthz_cluster_policy_binding.one\n  id "+
		"= \""+prod+" "+policy("one")+"\"\n}\n")
	w.must(cli, "apply", "-auto-approve")
	w.has(gcp.ModeBindings, "one")
	w.updates(1)
	w.clean(cli)
	// And back: the resource has to be let go of, because its destroy would unbind the policy.
	cli.Write(t, settings(gcp.ModeBindings, list))
	acctest.Says(t, w.refused(cli, "Policy binding would be lost", "plan"), "from = binauthz_cluster_policy_binding.NAME")
	cli.Write(t, settings(gcp.ModeBindings, list)+"removed {\n  from = binauthz_cluster_policy_binding.one\n  lifecycle {\n    destroy "+
		"= false\n  }\n}\n")
	w.must(cli, "apply", "-auto-approve")
	w.has(gcp.ModeBindings, "one")
	cli.Write(t, settings(gcp.ModeBindings, list))
	w.clean(cli)
	w.updates(1)
}

// Settings that were never told of bindings stay as they are when another configuration binds policies, and its end leaves them alone.
func TestClusterSettingsOfOneTeamAndBindingsOfAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	platform := w.apply(settings(enforce, ""))
	security := w.apply(binding("one"))
	w.has(both, "one")
	acctest.Says(t, w.clean(platform), "!Warning")
	platform.Write(t, settings(gcp.ModeDisabled, ""))
	w.must(platform, "apply", "-auto-approve")
	w.has(gcp.ModeBindings, "one")
	w.clean(platform)
	w.clean(security)
	w.must(platform, "destroy", "-auto-approve")
	w.has(gcp.ModeBindings, "one")
	w.must(security, "destroy", "-auto-approve")
	w.has(gcp.ModeDisabled)
}
