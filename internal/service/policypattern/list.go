package policypattern

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

type query = lifecycle.Query[lifecycle.InProject, model]

// NewListResource makes the list resource binauthz_policy_allowlist_pattern.
func NewListResource() list.ListResource {
	return &lifecycle.List[lifecycle.InProject, model]{
		Noun: "policy_allowlist_pattern", Identify: identify, Find: find,
		Title: func(m *model) string { return m.Pattern.ValueString() },
		Describe: schema.Schema{
			MarkdownDescription: "Finds the allowlist patterns of a project's policy. Google's default policy has no results.\n\n" +
				"Permission: `binaryauthorization.policy.get` (role `roles/binaryauthorization.policyViewer`).\n\n" + lifecycle.Querying,
			Attributes: map[string]schema.Attribute{"project": lifecycle.ListedProject},
		},
	}
}

func find(ctx context.Context, q *query) ([]*model, error) {
	project, err := lifecycle.DefaultProject(q.Clients, q.Config.Project)
	if err != nil {
		return nil, err
	}
	p, err := q.Clients.SharedPolicy(ctx, project)
	if err != nil || projectpolicy.IsGoogleDefault(p) {
		return nil, err
	}
	var found []*model
	for _, pattern := range projectpolicy.Patterns(p) {
		m := q.New()
		m.Project, m.Pattern = types.StringValue(project), types.StringValue(pattern)
		m.complete()
		found = append(found, m)
	}
	return found, nil
}
