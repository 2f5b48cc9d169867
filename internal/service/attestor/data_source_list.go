package attestor

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

// listModel holds the attestors of one project.
type listModel struct {
	ID        types.String `tfsdk:"id"`
	Project   types.String `tfsdk:"project"`
	Attestors []model      `tfsdk:"attestors"`
}

// NewListDataSource makes the data source binauthz_attestors.
func NewListDataSource() datasource.DataSource {
	return &lifecycle.DataSource[listModel]{
		Noun: "attestors",
		Describe: schema.Schema{
			MarkdownDescription: "Every attestor of a project.\n\nPermission: `binaryauthorization.attestors.list` (role " +
				"`roles/binaryauthorization.attestorsViewer`).",
			Attributes: map[string]schema.Attribute{
				"id": schema.StringAttribute{Computed: true, MarkdownDescription: "`projects/{project}`."},
				"project": schema.StringAttribute{
					Optional: true, Computed: true,
					MarkdownDescription: "Id of the project. Absent or empty means the provider's project.",
				},
				"attestors": schema.ListNestedAttribute{
					Computed: true, MarkdownDescription: "The attestors, ordered by name.",
					NestedObject: schema.NestedAttributeObject{Attributes: attributes(nil)},
				},
			},
		},
		Name:  func(m *listModel) string { return "attestors of project " + m.Project.ValueString() },
		Fetch: fetchAll,
	}
}

func fetchAll(ctx context.Context, clients *gcp.Clients, m *listModel, diags *diag.Diagnostics) error {
	project, err := lifecycle.DefaultProject(clients, m.Project)
	if err != nil {
		return err
	}
	attestors, err := clients.Attestors(ctx, project)
	if err != nil {
		return err
	}
	m.ID, m.Project, m.Attestors = types.StringValue("projects/"+project), types.StringValue(project), []model{}
	for _, name := range slices.Sorted(maps.Keys(attestors)) {
		var one model
		if err := one.show(ctx, attestors[name], diags); err != nil {
			return err
		}
		m.Attestors = append(m.Attestors, one)
	}
	return nil
}
