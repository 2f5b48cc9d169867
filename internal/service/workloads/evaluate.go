package workloads

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
)

// evaluate finds the requests refused by the current policies. Each request is evaluated by the
// policy of its cluster's project.
func (m *model) evaluate(ctx context.Context, clients *gcp.Clients) error {
	m.Refused = []refused{}
	policies, evidence := map[string]*gcp.Policy{}, guard.Now(ctx, clients)
	for _, r := range m.Requests {
		project := r.Project.ValueString()
		if policies[project] == nil {
			now, err := clients.SharedPolicy(ctx, project)
			if err != nil {
				return fmt.Errorf("projects/%s/policy: %w", project, err)
			}
			policies[project] = now
		}
		verdict := judge.Evaluate(policies[project], r.question(), evidence)
		if !verdict.Admitted || verdict.WouldBlock {
			m.Refused = append(m.Refused, refused{
				request:    r,
				WouldBlock: types.BoolValue(verdict.WouldBlock),
				Reason:     types.StringValue(verdict.Reason),
			})
		}
	}
	return nil
}

func (r *request) question() admission.Request {
	return admission.Request{
		Image: r.Image.ValueString(), Cluster: r.Cluster.ValueString(), Namespace: r.Namespace.ValueString(),
		ServiceAccount: r.ServiceAccount.ValueString(),
	}
}
