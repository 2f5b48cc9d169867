package platformpolicy

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

// listModel contains the policies of one project.
type listModel struct {
	ID       types.String `tfsdk:"id"`
	Project  types.String `tfsdk:"project"`
	Policies []shown      `tfsdk:"platform_policies"`
}

// NewListDataSource makes the data source binauthz_platform_policies.
func NewListDataSource() datasource.DataSource {
	return &lifecycle.DataSource[listModel]{
		Noun: "platform_policies",
		Describe: schema.Schema{
			MarkdownDescription: "All check-based platform policies for GKE of a project (Preview).\n\nPermission: " +
				"`binaryauthorization.platformPolicies.list` (role `roles/binaryauthorization.policyViewer`).",
			Attributes: map[string]schema.Attribute{
				"id":      schema.StringAttribute{Computed: true, MarkdownDescription: "`projects/{project}/platforms/gke`."},
				"project": readProject,
				"platform_policies": schema.ListNestedAttribute{
					Computed: true, MarkdownDescription: "The policies, ordered by name.",
					NestedObject: schema.NestedAttributeObject{Attributes: readAttributes()},
				},
			},
		},
		Name:  func(m *listModel) string { return "platform policies of project " + m.Project.ValueString() },
		Fetch: fetchAll,
	}
}

func fetchAll(ctx context.Context, clients *gcp.Clients, m *listModel, _ *diag.Diagnostics) error {
	project, err := lifecycle.DefaultProject(clients, m.Project)
	if err != nil {
		return err
	}
	policies, err := clients.PlatformPolicies(ctx, project)
	if err != nil {
		return err
	}
	m.ID, m.Project, m.Policies = types.StringValue("projects/"+project+"/platforms/gke"), types.StringValue(project), []shown{}
	for _, name := range slices.Sorted(maps.Keys(policies)) {
		one := shown{GKEPolicy: types.ObjectNull(policyType.AttrTypes)}
		if err := one.show(ctx, policies[name]); err != nil {
			return err
		}
		m.Policies = append(m.Policies, one)
	}
	return nil
}
