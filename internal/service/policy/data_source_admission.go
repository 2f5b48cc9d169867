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

// admissionModel is an admission request with its verdict.
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
			MarkdownDescription: "Whether the current policy of a project admits an image, with the reason. The provider fetches " +
				"attestations and verifies them with the keys of the attestors. It includes Google's system policy if the policy " +
				"enables it. Use this data source in `check` blocks and postconditions.\n\n" +
				"It evaluates the policy by Google's published rules. A policy has an effect only in clusters with policy evaluation " +
				"(see `binauthz_cluster_settings`). If several rules could apply to the workload, the strictest one decides.\n\n" +
				"Permissions: `binaryauthorization.policy.get`; for rules with attestors also `binaryauthorization.attestors.get` and " +
				"`containeranalysis.notes.listOccurrences` on their notes (roles `roles/binaryauthorization.policyViewer`, " +
				"`roles/binaryauthorization.attestorsViewer`, `roles/containeranalysis.notes.occurrences.viewer`).",
			Attributes: with(placeAttributes(), map[string]schema.Attribute{
				"id": computed("The image, or the first image of the manifest."),
				"project": schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Id of the project. Absent " +
					"or empty means the provider's project."},
				"admitted": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the policy admits the image, or every " +
					"image of the manifest."},
				"would_block": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether only a dry run admits the image: an " +
					"enforced rule would refuse it."},
				"rule": computed("The deciding part of the policy: a rule, the allowlist, or the system policy. For a manifest: that " +
					"of the image with the strictest verdict."),
				"reason": computed("The reason, in one line. A refusal begins with GKE's own message, word for word if it is known; " +
					"additions are in parentheses at the end. For a dry run, the same text follows `admitted by a dry run only: `. " +
					"For a manifest: the reason for the image with the strictest verdict."),
				"images": schema.ListNestedAttribute{
					Computed: true, MarkdownDescription: "The verdict on each image.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"image":    computed("The image."),
						"admitted": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the policy admits the image."},
						"would_block": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether only a dry run admits the " +
							"image."},
						"rule":   computed("The deciding part of the policy."),
						"reason": computed("The reason, in one line."),
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
