package platformpolicy

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

var readProject = schema.StringAttribute{
	Optional: true, Computed: true, MarkdownDescription: "Id of the project. Absent or empty means the provider's project.",
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
			MarkdownDescription: "One check-based platform policy for GKE (Preview). Google monitors clusters with it and enforces " +
				"nothing.\n\nPermission: `binaryauthorization.platformPolicies.get` (role `roles/binaryauthorization.policyViewer`).",
			Attributes: all,
		},
		Name:  func(m *shown) string { return "platform policy " + m.Name.ValueString() },
		Fetch: fetchOne,
	}
}

func fetchOne(ctx context.Context, clients *gcp.Clients, m *shown, _ *diag.Diagnostics) error {
	name, err := nameOf(clients, "name", m.Name, m.Project)
	if err != nil {
		return err
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

// nameOf returns the full name of the policy in an attribute. The default project is the configured
// one, otherwise the provider's.
func nameOf(clients *gcp.Clients, attribute string, written, project types.String) (resname.PlatformPolicy, error) {
	given := project.ValueString()
	name, err := resname.ParseGKEPolicy(written.ValueString(), cmp.Or(given, clients.Project()))
	if err != nil {
		return name, wrong(attribute, err)
	}
	if given != "" && given != name.Project {
		return name, wrong("project", fmt.Errorf("project is %q, but %s has the name %q", given, attribute, name))
	}
	return name, nil
}
