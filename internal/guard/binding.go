package guard

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// BindingChanges records the plan for one binding of a cluster. It refuses the binding if planned
// settings list all bindings of the cluster.
func BindingChanges(w *walk.Walk, diags *diag.Diagnostics, at path.Path, b walk.Binding) {
	if w.PlanBinding(b) {
		refuseBinding(diags, at, b)
	}
}

// SettingsChange records the plan for the settings of a cluster. It refuses settings that list all
// bindings if the plan also has resources for single bindings.
func SettingsChange(w *walk.Walk, diags *diag.Diagnostics, cluster string, s walk.Settings) {
	for _, b := range w.PlanSettings(cluster, s) {
		refuseBinding(diags, path.Root("policy_bindings"), b)
	}
}

func refuseBinding(diags *diag.Diagnostics, at path.Path, b walk.Binding) {
	if b.Leaves {
		diags.AddAttributeError(at, "Policy binding would be lost", fmt.Sprintf("policy_bindings in the binauthz_cluster_settings "+
			"of %s lists all bindings of the cluster. This plan destroys the binauthz_cluster_policy_binding of %s. The destroy would "+
			"unbind the policy, even if it is in the list. Remove the resource without a destroy:\n\n"+
			"  removed {\n    from = binauthz_cluster_policy_binding.NAME\n"+
			"    lifecycle {\n      destroy = false\n    }\n  }", b.Cluster, b.Policy))
		return
	}
	diags.AddAttributeError(at, "Policy binding is owned twice", fmt.Sprintf("policy_bindings in the binauthz_cluster_settings of %s "+
		"lists all bindings of the cluster, and an apply removes all others. A binauthz_cluster_policy_binding binds %s. Keep one of "+
		"the two. Either remove policy_bindings from the settings: the bindings stay, and you can import each of them as a "+
		"binauthz_cluster_policy_binding. Or remove the binauthz_cluster_policy_binding with a removed block and destroy = false.",
		b.Cluster, b.Policy))
}

// WarnOfUnbinding lists the platform policies to be unbound from a cluster.
func WarnOfUnbinding(diags *diag.Diagnostics, at path.Path, cluster string, policies []string) {
	if len(policies) > 0 {
		diags.AddAttributeWarning(at, about("Continuous validation loses checks", unbound(cluster, policies)), fmt.Sprintf(
			"Continuous validation (CV) no longer checks the pods of %s against:\n  %s\nIt no longer logs violations of these policies. "+
				"Admission does not change: bindings only audit.",
			cluster, strings.Join(policies, "\n  ")))
	}
}

// unbound is the object of the warning. It contains a single policy, so that Terraform shows the
// warnings of two resources for one cluster.
func unbound(cluster string, policies []string) string {
	if len(policies) == 1 {
		return cluster + " " + policies[0]
	}
	return cluster
}

// WarnOfAudit warns that bindings alone block no image.
func WarnOfAudit(diags *diag.Diagnostics, at path.Path, cluster string) {
	diags.AddAttributeWarning(at, about("Policy bindings only audit", cluster), cluster+" does not evaluate the project's policy, "+
		"unless this plan enables it. With bindings alone, continuous validation logs violations of the bound platform policies, "+
		"and blocks no image. To enforce the project's policy, set "+
		"evaluation_mode = \"POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE\" in a binauthz_cluster_settings.")
}
