package cluster

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// wanted is what a list block says of clusters.
type wanted struct {
	lifecycle.InProject
	Location types.String `tfsdk:"location"`
	Enforces types.Bool   `tfsdk:"enforces"`
}

type query = lifecycle.Query[wanted, model]

// NewListResource makes the list resource binauthz_cluster_settings.
func NewListResource() list.ListResource {
	return &lifecycle.List[wanted, model]{
		Noun: "cluster_settings", Identify: identify, Title: title, Find: find,
		Describe: schema.Schema{
			MarkdownDescription: "Finds the GKE clusters of a project with what they evaluate, and so those that enforce nothing. " +
				"Zones that did not answer are named in a warning: clusters there may exist though they are not found.\n\n" +
				"Permission: `container.clusters.list` (role `roles/container.clusterViewer`).\n\n" + lifecycle.Querying,
			Attributes: map[string]schema.Attribute{
				"project": lifecycle.ListedProject,
				"location": schema.StringAttribute{
					Optional: true, MarkdownDescription: "Region or zone of the clusters, as Google names it: `us-central1`. Absent or empty, it is any.",
				},
				"enforces": schema.BoolAttribute{
					Optional: true, MarkdownDescription: "`false`: only clusters that do not evaluate the project's policy, and so run any image; " +
						"platform policies that are bound to them only audit. `true`: only those that do. Absent, all.",
				},
			},
		},
	}
}

// title is a cluster with what it evaluates.
func title(m *model) string {
	id := identify(m)
	return fmt.Sprintf("%s/%s: %s", id["location"], id["name"], m.EvaluationMode.ValueString())
}

func find(ctx context.Context, q *query) ([]*model, error) {
	project, err := lifecycle.DefaultProject(q.Clients, q.Config.Project)
	if err != nil {
		return nil, err
	}
	clusters, missing, err := q.Clients.Clusters(ctx, project)
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		q.Diags.AddWarning(lifecycle.About("Not all clusters are known", "projects/"+project),
			"These zones did not answer, and clusters there are not found: "+strings.Join(missing, ", ")+". Run again.")
	}
	maps.DeleteFunc(clusters, func(_ string, c *gcp.Cluster) bool { return !q.Config.match(c) })
	return lifecycle.InOrder(q, clusters, func(m *model, c *gcp.Cluster) error {
		m.fromAPI(ctx, c.Name, c.Setting)
		return nil
	})
}

func (w *wanted) match(c *gcp.Cluster) bool {
	location := w.Location.ValueString()
	return (location == "" || location == c.Name.Location) &&
		(w.Enforces.IsNull() || w.Enforces.ValueBool() == c.Setting.Enforces())
}
