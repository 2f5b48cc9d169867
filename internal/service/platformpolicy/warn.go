package platformpolicy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// warnOfWeakening tells what a policy that clusters are monitored by no longer asks. What is not known yet is no weakening.
func warnOfWeakening(ctx context.Context, c *change) {
	if c.Prior == nil || len(c.Replace) > 0 || !c.Model.ID.Equal(c.Prior.ID) || !isKnown(ctx, c.Model.GKEPolicy) || c.Diags.HasError() {
		return
	}
	prior, err := c.Prior.toAPI()
	if err != nil {
		return
	}
	want, err := c.Model.toAPI()
	if err != nil {
		return
	}
	lines := conformance.Weakenings(prior, want)
	if len(lines) == 0 {
		return
	}
	if clusters := bound(ctx, c); len(clusters) > 0 {
		c.Diags.AddAttributeWarning(root, lifecycle.About("Platform policy asks for less", c.Prior.ID.ValueString()), fmt.Sprintf(
			"These clusters are monitored by it:\n%s\nTheir pods are no longer logged for:\n%s", listed(clusters), listed(lines)))
	}
}

// planDelete refuses a destroy that is prevented, and warns of one that clusters lose their policy by.
func planDelete(ctx context.Context, c *change) {
	id := c.Prior.ID.ValueString()
	switch c.Prior.DeletionPolicy.ValueString() {
	case deletionAbandon:
		return
	case deletionPrevent:
		c.Diags.AddAttributeError(path.Root("deletion_policy"), "Destroy prevented",
			id+` has deletion_policy = "PREVENT". To destroy it, set another deletion_policy and apply that first.`)
		return
	}
	if clusters := bound(ctx, c); len(clusters) > 0 {
		c.Diags.AddWarning(lifecycle.About("Platform policy is bound to clusters", id), fmt.Sprintf(
			"It is destroyed, and these clusters refer to it:\n%s\nTheir pods are no longer monitored by it; continuous validation logs that the "+
				"policy does not exist. "+
				"Bind another policy first, or let the resource go without a destroy: deletion_policy = \"ABANDON\", applied "+
				"before.", listed(clusters)))
	}
}

// bound are the clusters of the project that are monitored by the policy in the state. Who may not list clusters is told nothing.
func bound(ctx context.Context, c *change) (names []string) {
	if c.Clients.Ready() != nil {
		return nil
	}
	clusters, _, err := c.Clients.Clusters(gcp.InHaste(ctx), c.Prior.Project.ValueString())
	switch {
	case gcp.IsKind(err, gcp.KindDenied, gcp.KindDisabled):
		return nil
	case err != nil:
		c.Diags.AddWarning(lifecycle.About("Clusters not looked at", c.Prior.ID.ValueString()), "Whether clusters are monitored by the policy "+
			"could not be found out: "+lifecycle.Words(err))
		return nil
	}
	for name, cluster := range clusters {
		if cluster.Setting.Binds(c.Prior.name().String()) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func listed(lines []string) string { return "  " + strings.Join(lines, "\n  ") }
