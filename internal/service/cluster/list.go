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

// wanted is the configuration of a list block.
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
			MarkdownDescription: "Finds the GKE clusters of a project with their Binary Authorization setting, for " +
				"example clusters without enforcement. A warning names zones without an answer: the result lacks " +
				"their clusters.\n\nPermission: `container.clusters.list` " +
				"(role `roles/container.clusterViewer`).\n\n" + lifecycle.Querying,
			Attributes: map[string]schema.Attribute{
				"project": lifecycle.ListedProject,
				"location": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Region or zone of the clusters, in Google's form: `us-central1`. Absent or empty means any.",
				},
				"enforces": schema.BoolAttribute{
					Optional: true,
					MarkdownDescription: "`false`: only clusters that do not evaluate the project's policy, and so " +
						"run any image; bound platform policies only audit. `true`: only clusters that evaluate " +
						"it. Absent means all.",
				},
			},
		},
	}
}

// title returns the name of a cluster and its evaluation mode.
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
			"These zones did not answer, and their clusters are missing: "+strings.Join(missing, ", ")+". Run again.")
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
