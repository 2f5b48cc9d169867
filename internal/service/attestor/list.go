package attestor

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

type query = lifecycle.Query[lifecycle.InProject, model]

// NewListResource makes the list resource binauthz_attestor.
func NewListResource() list.ListResource {
	return &lifecycle.List[lifecycle.InProject, model]{
		Noun: "attestor", Identify: identify, Find: find,
		Title: func(m *model) string { return m.Name.ValueString() },
		Describe: schema.Schema{
			MarkdownDescription: "Finds the attestors of a project.\n\nPermission: `binaryauthorization.attestors.list` (role " +
				"`roles/binaryauthorization.attestorsViewer`).\n\n" + lifecycle.Querying,
			Attributes: map[string]schema.Attribute{"project": lifecycle.ListedProject},
		},
	}
}

func find(ctx context.Context, q *query) ([]*model, error) {
	project, err := lifecycle.DefaultProject(q.Clients, q.Config.Project)
	if err != nil {
		return nil, err
	}
	attestors, err := q.Clients.SomeAttestors(ctx, project, q.Most)
	if err != nil {
		return nil, err
	}
	return lifecycle.InOrder(q, attestors, func(m *model, a *gcp.Attestor) error { return m.fromAPI(ctx, a, q.Diags) })
}
