package clusterbinding_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestClusterPolicyBindingsBesideSettings: settings without policy_bindings and binding resources
// work together in every mode, in either order of creation. The first apply is one update, and
// every next plan is empty.
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

// TestClusterSettingsComeToBindings: new or changed settings keep the bindings of binding
// resources. A mode without bindings is refused with a remedy.
func TestClusterSettingsComeToBindings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.apply(binding("one"))
	cli.Write(t, settings(enforce, "")+binding("one"))
	acctest.Says(t, w.refused(cli, "Policy bindings would be lost", "plan"),
		`set evaluation_mode to "`+both+`"`, "set policy_bindings = []")
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

// TestClusterPolicyBindingsBesideSettingsThatEnforce: the first plan of settings and a binding does
// not warn about the other resource's change.
func TestClusterPolicyBindingsBesideSettingsThatEnforce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	cli := w.apply(settings(both, "") + binding("one"))
	w.has(both, "one")
	acctest.Says(t, w.clean(cli), "!Warning")
}

// TestClusterPolicyBindingBesideAList: policy_bindings and a binding resource for the same cluster
// are an error at plan, in either order of creation. The error names the part to remove.
func TestClusterPolicyBindingBesideAList(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{})
	list := `policy_bindings = ["` + policy("one") + `"]`
	cli := w.CLI(t, settings(gcp.ModeBindings, list)+binding("one"))
	acctest.Says(t, w.refused(cli, "Policy binding is owned twice", "plan"),
		"remove policy_bindings from the settings", "removed block and destroy = false")
	w.updates(0)
	cli.Write(t, settings(gcp.ModeBindings, list))
	w.must(cli, "apply", "-auto-approve")
	cli.Write(t, settings(gcp.ModeBindings, list)+binding("two")) // the settings do not change, and are not looked at in full
	w.refused(cli, "Policy binding is owned twice", "plan")
	// From the list to binding resources: import each binding.
	cli.Write(t, settings(gcp.ModeBindings, "")+binding("one")+
		"import {\n  to = binauthz_cluster_policy_binding.one\n  id = \""+prod+" "+policy("one")+"\"\n}\n")
	w.must(cli, "apply", "-auto-approve")
	w.has(gcp.ModeBindings, "one")
	w.updates(1)
	w.clean(cli)
	// And back: remove the binding resource from the state, because its destroy would unbind the
	// policy.
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

// TestClusterSettingsOfOneTeamAndBindingsOfAnother: settings without policy_bindings have no drift
// when another configuration binds policies, and their destroy keeps these bindings.
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

// TestClusterSettingsThatWaitForTheFirstBinding: a change from the project policy to bindings warns
// that the settings may come first. With depends_on, the cluster is never DISABLED, although the
// binding waits for its platform policy.
func TestClusterSettingsThatWaitForTheFirstBinding(t *testing.T) {
	t.Parallel()
	const warning = "Cluster is not evaluated until a policy is bound (" + prod + ")"
	w := newWorld(t, emulator.Options{OperationTime: operationTime})
	cli := w.apply(settings(enforce, ""))
	w.went(gcp.ModeDisabled, enforce)
	bound := `resource "binauthz_platform_policy" "one" {
  name = "one"
  gke_policy = { check_sets = [{ checks = [{ always_deny = true }] }] }
}
` + strings.ReplaceAll(binding("one"), `"`+policy("one")+`"`, "binauthz_platform_policy.one.id")
	cli.Write(t, settings(gcp.ModeBindings, "")+bound)
	acctest.Says(t, w.must(cli, "plan"), warning, "depends_on = [binauthz_cluster_policy_binding.NAME]")
	cli.Write(t, settings(gcp.ModeBindings, "depends_on = [binauthz_cluster_policy_binding.one]")+bound)
	w.must(cli, "apply", "-auto-approve")
	w.went(gcp.ModeDisabled, enforce, both, gcp.ModeBindings)
	acctest.Says(t, w.clean(cli), "!Warning")
}

// TestClusterSettingsThatLoseTheProjectPolicyBeforeABinding: the warning also comes if the mode had
// bindings before, and not if the project policy stays or the cluster was DISABLED.
func TestClusterSettingsThatLoseTheProjectPolicyBeforeABinding(t *testing.T) {
	t.Parallel()
	const warning = "Cluster is not evaluated"
	w := newWorld(t, emulator.Options{})
	cli := w.CLI(t, settings(gcp.ModeBindings, "")+binding("one"))
	acctest.Says(t, w.must(cli, "plan"), "!"+warning)
	cli.Write(t, settings(both, ""))
	w.must(cli, "apply", "-auto-approve")
	cli.Write(t, settings(both, "")+binding("one"))
	acctest.Says(t, w.must(cli, "plan"), "!"+warning)
	cli.Write(t, settings(gcp.ModeBindings, "")+binding("one"))
	acctest.Says(t, w.must(cli, "plan"), warning)
}
