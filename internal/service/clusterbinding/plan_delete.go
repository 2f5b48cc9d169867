package clusterbinding

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// planDelete warns about the loss of a binding, by a destroy or a replacement.
func planDelete(_ context.Context, c *change) {
	cluster, policy, err := c.Prior.names("")
	if err != nil {
		return
	}
	guard.BindingChanges(c.Walk, c.Diags, path.Empty(), walk.Binding{Cluster: cluster.String(), Policy: policy, Leaves: true})
	guard.WarnOfUnbinding(c.Diags, path.Root("policy"), cluster.String(), []string{policy})
}
