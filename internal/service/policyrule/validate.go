package policyrule

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// validate refuses an invalid rule, independent of the rest of the policy.
func validate(ctx context.Context, c *change) {
	refuseScopes(c)
	t, known := targetOf(ctx, c.Config.Scope, c.Diags)
	if !known || c.Diags.HasError() {
		return
	}
	project := c.Config.Project.ValueString()
	if project == "" {
		// The provider's project is unknown here and only completes short names of attestors. The
		// plan checks again.
		project = "providers-project"
	}
	refuseInvalid(c.Diags, c.Config, project, t)
}

// refuseScopes requires exactly one attribute in the scope.
func refuseScopes(c *change) {
	if c.Config.Scope.IsNull() || c.Config.Scope.IsUnknown() {
		return
	}
	given := 0
	for _, v := range c.Config.Scope.Attributes() {
		if !v.IsNull() {
			given++
		}
	}
	if given != 1 {
		c.Diags.AddAttributeError(path.Root("scope"), "Invalid scope", fmt.Sprintf(
			"A rule is for exactly one of default, cluster, kubernetes_namespace, kubernetes_service_account and "+
				"istio_service_identity; this scope has %d of them.", given))
	}
}
