package policy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// admissionModel is a question to the policy with its answer.
type admissionModel struct {
	ID      types.String `tfsdk:"id"`
	Project types.String `tfsdk:"project"`
	workload
	Admitted   types.Bool   `tfsdk:"admitted"`
	WouldBlock types.Bool   `tfsdk:"would_block"`
	Rule       types.String `tfsdk:"rule"`
	Reason     types.String `tfsdk:"reason"`
}

// NewAdmissionDataSource makes the data source binauthz_admission.
func NewAdmissionDataSource() datasource.DataSource {
	return &lifecycle.DataSource[admissionModel]{
		Noun: "admission",
		Describe: schema.Schema{
			MarkdownDescription: "Whether a project's policy admits an image as it is now, and why. Attestations are fetched and verified with the attestors' keys, and Google's system policy counts where it does. " +
				"For `check` blocks and postconditions.\n\nIt evaluates the policy by Google's published rules; a cluster has to evaluate it for it to matter (see `binauthz_cluster_settings`). " +
				"Where the workload leaves open which rule applies, the strictest that could is the answer.\n\n" +
				"Permissions: `binaryauthorization.policy.get`, and where attestors are required `binaryauthorization.attestors.get` and `containeranalysis.notes.listOccurrences` on their notes " +
				"(roles `roles/binaryauthorization.policyViewer`, `roles/binaryauthorization.attestorsViewer`, `roles/containeranalysis.notes.occurrences.viewer`).",
			Attributes: map[string]schema.Attribute{
				"id":                         computed("The image."),
				"project":                    schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Id of the project whose policy decides. Absent or empty, it is the provider's."},
				"image":                      schema.StringAttribute{Required: true, MarkdownDescription: "The image as a pod names it. Attestations are about digests: without `@sha256:…` none counts."},
				"cluster":                    schema.StringAttribute{Optional: true, MarkdownDescription: "`{location}.{cluster}`."},
				"kubernetes_namespace":       schema.StringAttribute{Optional: true, MarkdownDescription: "The namespace."},
				"kubernetes_service_account": schema.StringAttribute{Optional: true, MarkdownDescription: "`{namespace}:{service account}`."},
				"istio_service_identity":     schema.StringAttribute{Optional: true, MarkdownDescription: "The Istio service identity."},
				"admitted":                   schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the image may run."},
				"would_block":                schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether it may run only because the rule is a dry run."},
				"rule":                       computed("What decided: a rule, the allowlist, or the system policy."),
				"reason": computed("Why, in one line. A refusal begins with what GKE says, word for word where that is known; what is added is in " +
					"parentheses at the end. So does a dry run, after `admitted by a dry run only: `."),
			},
		},
		Name:  func(m *admissionModel) string { return "admission of " + m.Image.ValueString() },
		Fetch: admit,
	}
}

func admit(ctx context.Context, clients *gcp.Clients, m *admissionModel, _ *diag.Diagnostics) error {
	project, err := lifecycle.DefaultProject(clients, m.Project)
	if err != nil {
		return err
	}
	if err := m.request().Check(); err != nil {
		return &lifecycle.AttributeError{Path: path.Root("image"), Err: err}
	}
	now, err := clients.FreshPolicy(ctx, project)
	if err != nil {
		return err
	}
	verdict := judge.Evaluate(now, m.request(), guard.Now(ctx, clients))
	m.ID, m.Project = m.Image, types.StringValue(project)
	m.Admitted, m.WouldBlock = types.BoolValue(verdict.Admitted), types.BoolValue(verdict.WouldBlock)
	m.Rule, m.Reason = types.StringValue(verdict.Rule), types.StringValue(verdict.Reason)
	return nil
}
