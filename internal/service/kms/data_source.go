// Package kms is the data source binauthz_kms_key_version: the public key of a Cloud KMS key
// version, in the form used by Binary Authorization. It is the smallest data source, and the model
// for new ones.
package kms

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// model is a Cloud KMS key version.
type model struct {
	ID                 types.String `tfsdk:"id"`
	Name               types.String `tfsdk:"name"`
	PublicKeyPEM       types.String `tfsdk:"public_key_pem"`
	Algorithm          types.String `tfsdk:"algorithm"`
	SignatureAlgorithm types.String `tfsdk:"signature_algorithm"`
	KeyID              types.String `tfsdk:"key_id"`
}

// NewDataSource makes the data source binauthz_kms_key_version.
func NewDataSource() datasource.DataSource {
	return &lifecycle.DataSource[model]{
		Noun: "kms_key_version",
		Describe: schema.Schema{
			MarkdownDescription: "The public key of a Cloud KMS key version, with its algorithm in both spellings " +
				"and its id in attestations. An attestor can use the version directly (`kms_key_version`); this data " +
				"source is for other uses of the key.\n\nPermission: `cloudkms.cryptoKeyVersions.viewPublicKey` " +
				"(role `roles/cloudkms.publicKeyViewer`).",
			Attributes: map[string]schema.Attribute{
				"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the key version."},
				"name": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Full name of the key version: " +
						"`projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}`, " +
						"with or without the prefix `//cloudkms.googleapis.com/v1/`. A version is a number.",
				},
				"public_key_pem": schema.StringAttribute{Computed: true, MarkdownDescription: "The public key in PEM."},
				"algorithm": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Algorithm in the spelling of Cloud KMS, such as `EC_SIGN_P256_SHA256`.",
				},
				"signature_algorithm": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "The same algorithm in the spelling of Binary Authorization, such as `ECDSA_P256_SHA256`.",
				},
				"key_id": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Id of the key in attestations: `//cloudkms.googleapis.com/v1/{version}`.",
				},
			},
		},
		Name:  func(m *model) string { return "key version " + m.Name.ValueString() },
		Fetch: fetch,
	}
}

func fetch(ctx context.Context, clients *gcp.Clients, m *model, _ *diag.Diagnostics) error {
	version, err := resname.ParseKMSKeyVersion(m.Name.ValueString())
	if err != nil {
		return &lifecycle.AttributeError{Path: path.Root("name"), Err: err}
	}
	key, err := clients.PublicKey(ctx, version)
	if err != nil {
		return err
	}
	algorithm, err := attest.AlgorithmFromKMS(key.Algorithm)
	if err != nil {
		return &lifecycle.AttributeError{Path: path.Root("name"), Err: err}
	}
	m.ID, m.KeyID = types.StringValue(version.String()), types.StringValue(version.KeyID())
	m.PublicKeyPEM = types.StringValue(key.PEM)
	m.Algorithm, m.SignatureAlgorithm = types.StringValue(key.Algorithm), types.StringValue(string(algorithm))
	return nil
}
