package iam

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// found is the model of a data source: one allow policy.
type found struct {
	place
	PolicyData types.String `tfsdk:"policy_data"`
}

type foundOfAttestor struct {
	found
	Attestor types.String `tfsdk:"attestor"`
}

type foundOfNote struct {
	found
	Note types.String `tfsdk:"note"`
}

// NewAttestorDataSource makes the data source binauthz_attestor_iam_policy.
func NewAttestorDataSource() datasource.DataSource {
	return newDataSource(ofAttestor, func(m *foundOfAttestor) (*found, *types.String) { return &m.found, &m.Attestor })
}

// NewNoteDataSource makes the data source binauthz_note_iam_policy.
func NewNoteDataSource() datasource.DataSource {
	return newDataSource(ofNote, func(m *foundOfNote) (*found, *types.String) { return &m.found, &m.Note })
}

// NewPolicyDataSource makes the data source binauthz_policy_iam_policy.
func NewPolicyDataSource() datasource.DataSource {
	return newDataSource(ofPolicy, func(m *found) (*found, *types.String) { return m, &types.String{} })
}

func newDataSource[M any](o *object, of func(*M) (*found, *types.String)) datasource.DataSource {
	k := kind{o, policies}
	return &lifecycle.DataSource[M]{
		Noun: k.noun(), Describe: k.describeData(),
		Name: func(m *M) string {
			f, reference := of(m)
			return "IAM policy of " + k.object.noun + " " + cmp.Or(reference.ValueString(), f.Project.ValueString())
		},
		Fetch: func(ctx context.Context, clients *gcp.Clients, m *M, _ *diag.Diagnostics) error {
			f, reference := of(m)
			return k.fetch(ctx, clients, f, reference.ValueString())
		},
	}
}

func (k kind) fetch(ctx context.Context, clients *gcp.Clients, f *found, reference string) error {
	project := f.Project.ValueString()
	if project == "" {
		project = clients.Project()
	}
	resource, project, err := k.object.parse(reference, project)
	if err != nil {
		return &lifecycle.AttributeError{Path: path.Root(k.attribute()), Err: err}
	}
	if given := f.Project.ValueString(); given != "" && given != project {
		return &lifecycle.AttributeError{Path: path.Root("project"), Err: errOtherProject(given, reference)}
	}
	p, err := clients.AllowPolicy(ctx, resource)
	if err != nil {
		return err
	}
	f.ID, f.Project, f.Etag = types.StringValue(resource+wholePolicy), types.StringValue(project), encoded(p.GetEtag())
	f.PolicyData = types.StringValue(allowpolicy.FormatData(p))
	return nil
}

func (k kind) describeData() schema.Schema {
	all := map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the policy."},
		"project": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Id of the project. Absent or empty means the project in the full name, else the provider's project.",
		},
		"etag": schema.StringAttribute{Computed: true, MarkdownDescription: "Etag of the policy."},
		"policy_data": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The policy as JSON: `jsondecode(….policy_data).bindings`, each with `role`, " +
				"`members` and an optional `condition`.",
		},
	}
	if !k.object.byProject {
		all[k.object.noun] = schema.StringAttribute{Required: true, MarkdownDescription: k.object.reference}
	}
	return schema.Schema{
		MarkdownDescription: "The IAM policy of " + k.object.words + ": its roles and their members. It does not " +
			"include roles granted on the project, a folder " +
			"or the organization.\n\nPermission: " + k.object.reads() + " (role `" + k.object.role + "`).",
		Attributes: all,
	}
}
