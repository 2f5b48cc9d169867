package note

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

type query = lifecycle.Query[lifecycle.InProject, model]

// NewListResource makes the list resource binauthz_note.
func NewListResource() list.ListResource {
	return &lifecycle.List[lifecycle.InProject, model]{
		Noun: "note", Identify: identify, Find: find,
		Title: func(m *model) string { return cmp.Or(m.HumanReadableName.ValueString(), m.Name.ValueString()) },
		Describe: schema.Schema{
			MarkdownDescription: "Finds the notes for attestations of a project. It leaves out other kinds of " +
				"notes.\n\nPermission: `containeranalysis.notes.list` (role " +
				"`roles/containeranalysis.notes.viewer`).\n\n" + lifecycle.Querying,
			Attributes: map[string]schema.Attribute{"project": lifecycle.ListedProject},
		},
	}
}

func find(ctx context.Context, q *query) ([]*model, error) {
	project, err := lifecycle.DefaultProject(q.Clients, q.Config.Project)
	if err != nil {
		return nil, err
	}
	notes, err := q.Clients.AttestationNotes(ctx, project, q.Most)
	if err != nil {
		return nil, err
	}
	return lifecycle.InOrder(q, notes, func(m *model, n *gcp.Note) error { return m.fromAPI(ctx, n) })
}
