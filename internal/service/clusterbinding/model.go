package clusterbinding

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// model is the state of one binding.
type model struct {
	ID       types.String   `tfsdk:"id"`
	Cluster  types.String   `tfsdk:"cluster"`
	Policy   types.String   `tfsdk:"policy"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// names returns the cluster and the full name of the policy, from the id or else from the
// configuration.
func (m *model) names(project string) (cluster resname.Cluster, policy string, err error) {
	if m.ID.ValueString() != "" {
		return split(m.ID.ValueString(), "")
	}
	cluster, err = resname.ParseCluster(m.Cluster.ValueString(), project)
	return cluster, m.Policy.ValueString(), err
}

// show completes the model. It keeps equal names in their spelling.
func (m *model) show(cluster resname.Cluster, policy string) {
	m.ID = types.StringValue(idOf(cluster, policy))
	if written, err := resname.ParseCluster(m.Cluster.ValueString(), cluster.Project); err != nil || written != cluster {
		m.Cluster = types.StringValue(cluster.String())
	}
	m.Policy = types.StringValue(policy)
}

func idOf(cluster resname.Cluster, policy string) string {
	return walk.Binding{Cluster: cluster.String(), Policy: policy}.Resource()
}

// split parses "CLUSTER POLICY", with any name of a cluster in project and the full name of the
// policy.
func split(id, project string) (cluster resname.Cluster, policy string, err error) {
	name, policy, found := strings.Cut(id, " ")
	if !found {
		return cluster, "", fmt.Errorf("%q is not the id of a binding: want \"CLUSTER POLICY\", such as %q", id,
			"projects/p/locations/us-central1/clusters/c projects/p/platforms/gke/policies/x")
	}
	if _, err = resname.ParseBoundPolicy(policy); err != nil {
		return cluster, "", err
	}
	cluster, err = resname.ParseCluster(name, project)
	return cluster, policy, err
}

func parse(id, project string) (map[string]string, error) {
	cluster, policy, err := split(id, project)
	return map[string]string{"id": idOf(cluster, policy), "cluster": cluster.String(), "policy": policy}, err
}

func identify(m *model) map[string]string {
	cluster, policy, err := split(m.ID.ValueString(), "")
	if err != nil {
		return nil
	}
	return map[string]string{"project": cluster.Project, "location": cluster.Location, "cluster": cluster.ID, "policy": policy}
}

// ImportState implements resource.ResourceWithImportState.
func (r *bindingResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if req.ID == "" && req.Identity != nil {
		parts := map[string]*types.String{"project": {}, "location": {}, "cluster": {}, "policy": {}}
		for name, into := range parts {
			resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(name), into)...)
		}
		req.ID = parts["location"].ValueString() + "/" + parts["cluster"].ValueString() + " " + parts["policy"].ValueString()
		if project := parts["project"].ValueString(); project != "" {
			req.ID = project + "/" + req.ID
		}
	}
	r.Resource.ImportState(ctx, req, resp)
}
