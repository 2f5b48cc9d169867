package platformpolicy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

type query = lifecycle.Query[lifecycle.InProject, model]

// NewListResource makes the list resource binauthz_platform_policy.
func NewListResource() list.ListResource {
	return &lifecycle.List[lifecycle.InProject, model]{
		Noun: noun, Identify: identify, Find: find,
		Title: func(m *model) string { return m.Name.ValueString() },
		Describe: schema.Schema{
			MarkdownDescription: "Finds the GKE platform policies of a project (Preview).\n\n" +
				"Permission: `binaryauthorization.platformPolicies.list` (role `roles/binaryauthorization.policyViewer`).\n\n" +
				lifecycle.Querying,
			Attributes: map[string]schema.Attribute{"project": lifecycle.ListedProject},
		},
	}
}

func find(ctx context.Context, q *query) ([]*model, error) {
	project, err := lifecycle.DefaultProject(q.Clients, q.Config.Project)
	if err != nil {
		return nil, err
	}
	policies, err := q.Clients.SomePlatformPolicies(ctx, project, q.Most)
	if err != nil {
		return nil, err
	}
	return lifecycle.InOrder(q, policies, func(m *model, p *gcp.PlatformPolicy) error { return m.fromAPI(ctx, p) })
}
