package platformpolicy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// evaluation is a question to a policy and the answer.
type evaluation struct {
	ID types.String `tfsdk:"id"`
	question
	answer
}

// NewEvaluationDataSource makes the data source binauthz_platform_policy_evaluation.
func NewEvaluationDataSource() datasource.DataSource {
	return &lifecycle.DataSource[evaluation]{
		Noun: noun + "_evaluation",
		Describe: schema.Schema{
			MarkdownDescription: "The evaluation of an image, or of all images of Kubernetes manifests, by a check-based platform " +
				"policy for GKE, with reasons. For postconditions and `check` blocks.\n\n" + aboutEvaluation + " If `policy` refers to a " +
				"`binauthz_platform_policy`, and the same apply changes the policy, Terraform reads the data source after the " +
				"change. A policy written as text is evaluated before it.\n\n" + evaluationPermission,
			Attributes: evaluationAttributes(),
		},
		Name:  func(m *evaluation) string { return m.title() },
		Fetch: evaluate,
	}
}

func evaluate(ctx context.Context, clients *gcp.Clients, m *evaluation, diags *diag.Diagnostics) error {
	name, err := m.name(clients)
	if err != nil {
		return err
	}
	pods, err := m.templates()
	if err != nil {
		return err
	}
	said, err := m.ask(ctx, clients, name, pods, func(workload.Template, *gcp.Evaluation) {})
	if err != nil {
		return err
	}
	m.ID, m.Project, m.answer = types.StringValue(name.String()), types.StringValue(name.Project), joined(pods, said)
	m.warnOfTags(diags, m.answer)
	return nil
}
