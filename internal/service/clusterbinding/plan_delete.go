package clusterbinding

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// planDelete warns of what the end of a binding takes away: its destroy, or its replacement by another one.
func planDelete(_ context.Context, c *change) {
	cluster, policy, err := c.Prior.names("")
	if err != nil {
		return
	}
	guard.BindingChanges(c.Walk, c.Diags, path.Empty(), walk.Binding{Cluster: cluster.String(), Policy: policy, Leaves: true})
	guard.WarnOfUnbinding(c.Diags, path.Root("policy"), cluster.String(), []string{policy})
}
