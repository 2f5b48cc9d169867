package policyrule

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

type query = lifecycle.Query[lifecycle.InProject, model]

// NewListResource makes the list resource binauthz_policy_rule.
func NewListResource() list.ListResource {
	return &lifecycle.List[lifecycle.InProject, model]{
		Noun: "policy_rule", Identify: identify, Title: title, Find: find,
		Describe: schema.Schema{
			MarkdownDescription: "Finds the rules of a project's policy, the default rule first. " +
				"Google's default policy has no results.\n\n" +
				"Permission: `binaryauthorization.policy.get` (role `roles/binaryauthorization.policyViewer`).\n\n" + lifecycle.Querying,
			Attributes: map[string]schema.Attribute{"project": lifecycle.ListedProject},
		},
	}
}

// title is the scope and a summary of a rule.
func title(m *model) string {
	return identify(m)["rule"] + ": " + projectpolicy.Summary(m.ToAPI(m.Project.ValueString()))
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
	for _, t := range targets(p) {
		m := q.New()
		m.Project = types.StringValue(project)
		m.setScope(ctx, t, q.Diags)
		m.fromAPI(ctx, t, t.In(p), q.Diags)
		found = append(found, m)
	}
	return found, nil
}

// targets are the scopes of all rules of a policy.
func targets(p *projectpolicy.Policy) []projectpolicy.Target {
	all := []projectpolicy.Target{projectpolicy.Default}
	for _, scoped := range projectpolicy.Scoped(p) {
		for _, key := range slices.Sorted(maps.Keys(*scoped.Rules)) {
			all = append(all, projectpolicy.Target{Scope: scoped.Scope, Key: key})
		}
	}
	return all
}
