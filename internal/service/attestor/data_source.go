package attestor

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// NewDataSource makes the data source binauthz_attestor.
func NewDataSource() datasource.DataSource {
	return &lifecycle.DataSource[model]{
		Noun: "attestor",
		Describe: schema.Schema{
			MarkdownDescription: "One attestor with its public keys.\n\nPermission: `binaryauthorization.attestors.get` (role " +
				"`roles/binaryauthorization.attestorsViewer`).",
			Attributes: attributes(map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Short name of the attestor, or its full name `projects/{project}/attestors/{name}`.",
				},
				"project": schema.StringAttribute{
					Optional: true, Computed: true,
					MarkdownDescription: "Id of the project. Absent or empty means the provider's project.",
				},
			}),
		},
		Name:  func(m *model) string { return "attestor " + m.Name.ValueString() },
		Fetch: fetchOne,
	}
}

func fetchOne(ctx context.Context, clients *gcp.Clients, m *model, diags *diag.Diagnostics) error {
	project := m.Project.ValueString()
	if project == "" {
		project = clients.Project()
	}
	name, err := resname.ParseAttestor(m.Name.ValueString(), project)
	if err != nil {
		return &lifecycle.AttributeError{Path: path.Root("name"), Err: err}
	}
	if project := m.Project.ValueString(); project != "" && project != name.Project {
		return &lifecycle.AttributeError{Path: path.Root("project"), Err: fmt.Errorf("project is %q, but name says %q", project, name)}
	}
	attestor, err := clients.FreshAttestor(ctx, name)
	if err != nil {
		return err
	}
	written := m.Name
	if err := m.show(ctx, attestor, diags); err != nil {
		return err
	}
	m.Name = written
	return nil
}

// show is fromAPI for a model without configuration.
func (m *model) show(ctx context.Context, attestor *gcp.Attestor, diags *diag.Diagnostics) error {
	*m = model{PublicKeys: types.ListUnknown(keyType)}
	return m.fromAPI(ctx, attestor, diags)
}

// attributes returns the read-only attributes of an attestor; own replaces the two lookup
// attributes.
func attributes(own map[string]schema.Attribute) map[string]schema.Attribute {
	computed := func(text string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: text}
	}
	all := map[string]schema.Attribute{
		"id":                               computed("Full name of the attestor."),
		"name":                             computed("Short name of the attestor."),
		"project":                          computed("Id of the project."),
		"description":                      computed("Meaning of the attestor's attestations."),
		"note":                             computed("Full name of the note with the attestations."),
		"delegation_service_account_email": computed("The service account used to read attestations for the attestor."),
		"update_time":                      computed("Time of the last change of the attestor, in RFC 3339."),
		"public_keys": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "The public keys. Any one of them can verify an attestation.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"id":              computed("Id of the key in attestations."),
				"comment":         computed("A remark on the key."),
				"kms_key_version": computed("The Cloud KMS key version, if the id names one."),
				"pkix": schema.SingleNestedAttribute{
					Computed: true, MarkdownDescription: "The key, unless it is a PGP key.",
					Attributes: map[string]schema.Attribute{"public_key_pem": computed("The key in PEM."), "signature_algorithm": computed(
						"Signature algorithm, in Binary Authorization's spelling.")},
				},
				"pgp": schema.SingleNestedAttribute{
					Computed: true, MarkdownDescription: "The key, if it is a PGP key.",
					Attributes: map[string]schema.Attribute{"ascii_armored_public_key": computed("The key as given to the service.")},
				},
			}},
		},
	}
	maps.Copy(all, own)
	return all
}
