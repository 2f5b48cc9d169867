package policy

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// admissionModel is a question to the policy with its answer.
type admissionModel struct {
	ID      types.String `tfsdk:"id"`
	Project types.String `tfsdk:"project"`
	place
	verdict
	Images []imageVerdict `tfsdk:"images"`
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
			Attributes: with(placeAttributes(), map[string]schema.Attribute{
				"id":          computed("The image, or the first one of the manifest."),
				"project":     schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Id of the project whose policy decides. Absent or empty, it is the provider's."},
				"admitted":    schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the image, or every image of the manifest, may run."},
				"would_block": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether it may run only because the rule is a dry run."},
				"rule":        computed("What decided: a rule, the allowlist, or the system policy. Of a manifest, for the image that is admitted least."),
				"reason": computed("Why, in one line. A refusal begins with what GKE says, word for word where that is known; what is added is in " +
					"parentheses at the end. So does a dry run, after `admitted by a dry run only: `. Of a manifest, it is for the image that is admitted least."),
				"images": schema.ListNestedAttribute{
					Computed: true, MarkdownDescription: "The same for each image.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"image":       computed("The image."),
						"admitted":    schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether it may run."},
						"would_block": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether it may run only because the rule is a dry run."},
						"rule":        computed("What decided."),
						"reason":      computed("Why, in one line."),
					}},
				},
			}),
		},
		Name: func(m *admissionModel) string {
			return "admission of " + cmp.Or(m.Image.ValueString(), "the images of a manifest")
		},
		Fetch: admit,
	}
}

func admit(ctx context.Context, clients *gcp.Clients, m *admissionModel, _ *diag.Diagnostics) error {
	project, err := lifecycle.DefaultProject(clients, m.Project)
	if err != nil {
		return err
	}
	requests, wrong := m.asked()
	if wrong != nil {
		return &lifecycle.AttributeError{Path: path.Root(cmp.Or(wrong.attribute, m.given())), Err: wrong}
	}
	now, err := clients.FreshPolicy(ctx, project)
	if err != nil {
		return err
	}
	m.ID, m.Project = types.StringValue(requests[0].Image), types.StringValue(project)
	images, least := evaluateAll(now, requests, guard.Now(ctx, clients))
	m.Images, m.verdict = images, least.verdict
	return nil
}
