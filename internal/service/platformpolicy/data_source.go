package platformpolicy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

var readProject = schema.StringAttribute{
	Optional: true, Computed: true, MarkdownDescription: "Id of the project. Absent or empty, it is the provider's.",
}

// NewDataSource makes the data source binauthz_platform_policy.
func NewDataSource() datasource.DataSource {
	all := readAttributes()
	all["name"] = schema.StringAttribute{Required: true, MarkdownDescription: "Short name of the policy, or its full name " +
		"`projects/{project}/platforms/gke/policies/{name}`."}
	all["project"] = readProject
	return &lifecycle.DataSource[shown]{
		Noun: noun,
		Describe: schema.Schema{
			MarkdownDescription: "One check-based platform policy for GKE, by which Google monitors clusters and enforces nothing (Preview).\n\n" +
				"Permission: `binaryauthorization.platformPolicies.get` (role `roles/binaryauthorization.policyViewer`).",
			Attributes: all,
		},
		Name:  func(m *shown) string { return "platform policy " + m.Name.ValueString() },
		Fetch: fetchOne,
	}
}

func fetchOne(ctx context.Context, clients *gcp.Clients, m *shown, _ *diag.Diagnostics) error {
	given, project := m.Project.ValueString(), m.Project.ValueString()
	if project == "" {
		project = clients.Project()
	}
	name, err := resname.ParseGKEPolicy(m.Name.ValueString(), project)
	if err != nil {
		return &lifecycle.AttributeError{Path: path.Root("name"), Err: err}
	}
	if given != "" && given != name.Project {
		return &lifecycle.AttributeError{Path: path.Root("project"), Err: fmt.Errorf("project is %q, but name says %q", given, name)}
	}
	policy, err := clients.FreshPlatformPolicy(ctx, name)
	if err != nil {
		return err
	}
	written := m.Name
	if err := m.show(ctx, policy); err != nil {
		return err
	}
	m.Name = written
	return nil
}
