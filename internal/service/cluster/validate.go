package cluster

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// validate refuses what GKE would refuse. The project of a cluster may still come from the provider.
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
		refuse("Too many policy bindings", "A cluster can have %d policy bindings at most, and these are %d.", gcp.MostBindings, len(known))
	case mode.IsUnknown() || mode.IsNull():
	case binds && count == 0:
		refuse("Policy bindings are missing", "evaluation_mode is %q, which needs policy bindings, and policy_bindings says that there "+
			"are none. List some, or leave policy_bindings out "+
			"if something else keeps them.", mode.ValueString())
	case !binds && count > 0:
		refuse("Policy bindings are not evaluated", "evaluation_mode is %q, which has no policy bindings. To have them, set it "+
			"to %q.", mode.ValueString(),
			gcp.NewSetting(wish{mode: mode.ValueString()}.enforces(), known[:min(1, len(known))]).Mode)
	}
}

func validateNames(known []string, refuse func(summary, detail string, args ...any)) {
	for i, name := range known {
		if _, err := resname.ParseBoundPolicy(name); err != nil {
			refuse("Invalid policy binding", "%s.", err)
		}
		if others := gcp.Unbound(known[:i], []string{name}); len(others) < i {
			refuse("Policy is bound twice", "%s is in the list twice, once by the project's id and once by its number.", name)
		}
	}
}
