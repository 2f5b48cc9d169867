package guard

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// BindingChanges notes what is planned for one binding of a cluster, and refuses it beside settings that list all of them.
func BindingChanges(w *walk.Walk, diags *diag.Diagnostics, at path.Path, b walk.Binding) {
	if w.PlanBinding(b) {
		refuseBinding(diags, at, b)
	}
}

// SettingsChange notes what is planned for the settings of a cluster, and refuses ones that list all bindings beside resources for single
// ones.
func SettingsChange(w *walk.Walk, diags *diag.Diagnostics, cluster string, s walk.Settings) {
	for _, b := range w.PlanSettings(cluster, s) {
		refuseBinding(diags, path.Root("policy_bindings"), b)
	}
}

func refuseBinding(diags *diag.Diagnostics, at path.Path, b walk.Binding) {
	if b.Leaves {
		diags.AddAttributeError(at, "Policy binding would be lost", fmt.Sprintf("The binauthz_cluster_settings of %s has "+
			"policy_bindings, which decides on all bindings of the cluster, "+
			"and this plan destroys the binauthz_cluster_policy_binding of %s. The destroy would unbind the policy, also one that is "+
			"in the list. Let go of it without a destroy:\n\n"+
			"  removed {\n    from = binauthz_cluster_policy_binding.NAME\n"+
			"    lifecycle {\n      destroy = false\n    }\n  }", b.Cluster, b.Policy))
		return
	}
	diags.AddAttributeError(at, "Policy binding is owned twice", fmt.Sprintf("The binauthz_cluster_settings of %s has policy_bindings, "+
		"which decides on all bindings of the cluster and takes away "+
		"what others add, and a binauthz_cluster_policy_binding has %s. Drop one of the two: leave policy_bindings out of the "+
		"settings, which leaves bindings as they are "+
		"(import each of them as a binauthz_cluster_policy_binding), or let go of the binauthz_cluster_policy_binding with a removed "+
		"block that has destroy = false.", b.Cluster, b.Policy))
}

// WarnOfUnbinding names the platform policies that a cluster is no longer bound to.
func WarnOfUnbinding(diags *diag.Diagnostics, at path.Path, cluster string, policies []string) {
	if len(policies) > 0 {
		diags.AddAttributeWarning(at, about("Continuous validation loses checks", unbound(cluster, policies)), fmt.Sprintf(
			"Continuous validation (CV) no longer checks the pods of %s against:\n  %s\nViolations of these policies are not logged "+
				"any more. What may run there does not change by this: bindings only audit.",
			cluster, strings.Join(policies, "\n  ")))
	}
}

// unbound is what the warning is about: two resources that each unbind one policy of a cluster are both told.
func unbound(cluster string, policies []string) string {
	if len(policies) == 1 {
		return cluster + " " + policies[0]
	}
	return cluster
}

// WarnOfAudit tells that bindings do not keep anything from running.
func WarnOfAudit(diags *diag.Diagnostics, at path.Path, cluster string) {
	diags.AddAttributeWarning(at, about("Policy bindings only audit", cluster), cluster+" does not evaluate the project's policy, "+
		"unless this plan changes that. With bindings alone, continuous validation logs what violates "+
		"the bound platform policies, and keeps no image from running. To enforce, let a binauthz_cluster_settings have "+
		"evaluation_mode = \"POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE\".")
}
