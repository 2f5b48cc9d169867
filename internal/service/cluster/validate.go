package cluster

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// validate refuses values refused by GKE. The project of a cluster may come from the provider.
func validate(_ context.Context, c *change) {
	validateBindings(c)
	if c.Config.Cluster.IsUnknown() {
		return
	}
	if _, err := resname.ParseCluster(c.Config.Cluster.ValueString(), "providers-project"); err != nil {
		c.Diags.AddAttributeError(path.Root("cluster"), "Invalid cluster", err.Error())
	}
}

func validateBindings(c *change) {
	if c.Config.PolicyBindings.IsNull() || c.Config.PolicyBindings.IsUnknown() {
		return
	}
	refuse := func(summary, detail string, args ...any) {
		c.Diags.AddAttributeError(atBindings, summary, fmt.Sprintf(detail, args...))
	}
	known := names(c.Config.PolicyBindings)
	validateNames(known, refuse)
	count, mode := len(c.Config.PolicyBindings.Elements()), c.Config.EvaluationMode
	switch binds := (wish{mode: mode.ValueString()}).binds(); {
	case len(known) > gcp.MostBindings:
		refuse("Too many policy bindings", "A cluster can have at most %d policy "+
			"bindings, and this list has %d.", gcp.MostBindings, len(known))
	case mode.IsUnknown() || mode.IsNull():
	case binds && count == 0:
		refuse("Policy bindings are missing", "evaluation_mode = %q needs policy bindings, but policy_bindings is "+
			"empty. List some, or remove policy_bindings if others manage the bindings.", mode.ValueString())
	case !binds && count > 0:
		refuse("Policy bindings are not evaluated", "evaluation_mode = %q does not evaluate policy bindings. Set it "+
			"to %q, or remove the bindings.", mode.ValueString(),
			gcp.NewSetting(wish{mode: mode.ValueString()}.enforces(), known[:min(1, len(known))]).Mode)
	}
}

func validateNames(known []string, refuse func(summary, detail string, args ...any)) {
	for i, name := range known {
		if _, err := resname.ParseBoundPolicy(name); err != nil {
			refuse("Invalid policy binding", "%s.", err)
		}
		if slices.ContainsFunc(known[:i], func(other string) bool { return gcp.SameBinding(name, other) }) {
			refuse("Policy is bound twice", "%s is listed twice, once with the project's id and once with its number. If these are "+
				"policies of two projects, write both with the number.", name)
		}
	}
}
