package platformpolicy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// warnOfWeakening lists requirements removed from a policy with bound clusters. Unknown values
// never count as weaker.
func warnOfWeakening(ctx context.Context, c *change) {
	if c.Prior == nil || len(c.Replace) > 0 || !c.Model.ID.Equal(c.Prior.ID) || c.Diags.HasError() {
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
	lines := conformance.Weakenings(prior, want, openParts(ctx, c.Model.GKEPolicy, want))
	if len(lines) == 0 {
		return
	}
	id, bound := c.Prior.ID.ValueString(), monitored(ctx, c)
	switch {
	case len(bound.names) > 0:
		c.Diags.AddAttributeWarning(root, lifecycle.About("Platform policy is weakened", id), fmt.Sprintf(
			"The policy monitors these clusters:\n%s\nTheir pods are no longer logged for:\n%s%s", listed(bound.names), listed(lines),
			bound.remark()))
	case bound.gap != "":
		c.Diags.AddAttributeWarning(root, lifecycle.About(notChecked, id), fmt.Sprintf(
			"This plan weakens the policy. Pods of bound clusters are no longer logged for:\n%s%s", listed(lines), bound.remark()))
	}
}

// openParts returns the unknown parts of a planned policy. known is its known part.
func openParts(ctx context.Context, policy types.Object, known *gcp.PlatformPolicy) conformance.Open {
	open := conformance.Open{
		Scopes: map[*binaryauthorization.CheckSet]bool{}, Checks: map[*binaryauthorization.CheckSet]bool{},
		Check: map[*binaryauthorization.Check]bool{},
	}
	sets := attribute(policy, "check_sets")
	open.CheckSets = isUnknown(policy) || isUnknown(sets)
	for i, set := range elements(sets) {
		message, checks := known.GkePolicy.CheckSets[i], attribute(set, "checks")
		_, scoped := scopeOf(set)
		open.Scopes[message], open.Checks[message] = !scoped, isUnknown(checks)
		for j, check := range elements(checks) {
			open.Check[message.Checks[j]] = !isKnown(ctx, check)
		}
	}
	return open
}

// planDelete refuses a prevented destroy, and warns if clusters lose their policy.
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
	bound := monitored(ctx, c)
	switch {
	case len(bound.names) > 0:
		c.Diags.AddWarning(lifecycle.About("Platform policy is bound to clusters", id), fmt.Sprintf(
			"The destroy deletes the policy, but these clusters refer to it:\n%s\nGoogle no longer monitors their pods by it, and "+
				"continuous validation logs that the policy does not exist. Bind another policy first. To keep the policy, apply "+
				"deletion_policy = \"ABANDON\" before the destroy.%s", listed(bound.names), bound.remark()))
	case bound.gap != "":
		c.Diags.AddWarning(lifecycle.About(notChecked, id), "The destroy deletes the policy. Google no longer monitors pods of bound "+
			"clusters by it."+bound.remark())
	}
}

const notChecked = "Could not check for bound clusters"

// clusters are the clusters of the policy's project that are bound to it.
type clusters struct {
	names []string
	// gap says which clusters were not checked and why; "" if all were.
	gap string
}

func (c clusters) remark() string {
	if c.gap == "" {
		return ""
	}
	return "\n\n" + c.gap
}

// monitored returns the clusters monitored by the policy in the state. Without a list of the
// clusters, it returns the reason. A project without GKE has no clusters.
func monitored(ctx context.Context, c *change) (found clusters) {
	if c.Clients.Ready() != nil {
		return found
	}
	all, missing, err := c.Clients.Clusters(gcp.InHaste(ctx), c.Prior.Project.ValueString())
	switch {
	case gcp.IsKind(err, gcp.KindDisabled):
		return found
	case err != nil:
		return clusters{gap: "The clusters of the project were not checked: " + strings.Join(strings.Fields(lifecycle.Words(err)), " ")}
	case len(missing) > 0:
		found.gap = "The clusters in these zones were not checked, because GKE had no answer for them: " + strings.Join(missing, ", ") + "."
	}
	for name, cluster := range all {
		if cluster.Setting.Binds(c.Prior.name().String()) {
			found.names = append(found.names, name)
		}
	}
	slices.Sort(found.names)
	return found
}

func listed(lines []string) string { return "  " + strings.Join(lines, "\n  ") }
