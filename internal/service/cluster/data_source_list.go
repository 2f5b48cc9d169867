package cluster

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// listModel holds the clusters of one project.
type listModel struct {
	ID           types.String `tfsdk:"id"`
	Project      types.String `tfsdk:"project"`
	Clusters     []shown      `tfsdk:"clusters"`
	MissingZones types.Set    `tfsdk:"missing_zones"`
}

// NewListDataSource makes the data source binauthz_clusters.
func NewListDataSource() datasource.DataSource {
	return &lifecycle.DataSource[listModel]{
		Noun: "clusters",
		Describe: schema.Schema{
			MarkdownDescription: "Every GKE cluster of a project with its Binary Authorization " +
				"setting.\n\nPermission: `container.clusters.list` (role `roles/container.clusterViewer`).",
			Attributes: map[string]schema.Attribute{
				"id": schema.StringAttribute{Computed: true, MarkdownDescription: "`projects/{project}`."},
				"project": schema.StringAttribute{
					Optional: true, Computed: true,
					MarkdownDescription: "Id of the project. Absent or empty means the provider's project.",
				},
				"clusters": schema.ListNestedAttribute{
					Computed: true, MarkdownDescription: "The clusters, ordered by full name.",
					NestedObject: schema.NestedAttributeObject{Attributes: shownAttributes()},
				},
				"missing_zones": schema.SetAttribute{
					Computed: true, ElementType: types.StringType,
					MarkdownDescription: "Zones without an answer. The list lacks their clusters. Empty if the list is complete.",
				},
			},
		},
		Name:  func(m *listModel) string { return "clusters of project " + m.Project.ValueString() },
		Fetch: fetchAll,
	}
}

func fetchAll(ctx context.Context, clients *gcp.Clients, m *listModel, diags *diag.Diagnostics) error {
	project, err := lifecycle.DefaultProject(clients, m.Project)
	if err != nil {
		return err
	}
	found, missing, err := clients.Clusters(ctx, project)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		diags.AddWarning(lifecycle.About("Not all clusters are known", "projects/"+project),
			"Some zones did not answer, and their clusters are not listed. See missing_zones.")
	}
	m.ID, m.Project, m.Clusters = types.StringValue("projects/"+project), types.StringValue(project), []shown{}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		m.Clusters = append(m.Clusters, show(ctx, found[name]))
	}
	zones, d := types.SetValueFrom(ctx, types.StringType, append([]string{}, missing...))
	diags.Append(d...)
	m.MissingZones = zones
	return nil
}
