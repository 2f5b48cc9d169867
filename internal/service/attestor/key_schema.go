package attestor

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// keyAttributes describe one key, in a list or alone. id is the name of its id attribute.
func keyAttributes(id string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		id: schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Id of the key in attestations. For `pkix` a URI (RFC 3986) or a text without `:`, " +
				"by default the key's digest `ni:///sha-256;…`. For `kms_key_version` by default " +
				"`//cloudkms.googleapis.com/v1/{version}`. For `pgp` always the fingerprint, so leave it out.",
		},
		"comment": schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "A remark on the key. Absent means empty."},
		"kms_key_version": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Full name of the signing Cloud KMS key version: " +
				"`projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}`. " +
				"The form `//cloudkms.googleapis.com/v1/…` means the same. The plan looks up PEM and algorithm in Cloud " +
				"KMS, and a missing version is an error. For a version created in the same apply, use a reference " +
				"instead of its name.",
		},
		"pkix": schema.SingleNestedAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "A public key in PEM. Optional with `kms_key_version`; it must then equal the key in Cloud KMS.",
			Attributes: map[string]schema.Attribute{
				"public_key_pem": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "The key as one `PUBLIC KEY` block (RFC 7468).",
				},
				"signature_algorithm": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "Signature algorithm, in the spelling of Binary Authorization " +
						"(`ECDSA_P256_SHA256`, `RSA_PSS_4096_SHA512`, …) or Cloud KMS (`EC_SIGN_P256_SHA256`, " +
						"`RSA_SIGN_PSS_4096_SHA512`, …). It must fit the key.",
				},
			},
		},
		"pgp": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "An OpenPGP public key. The plan warns if the key has expired or is revoked, " +
				"because it then verifies nothing, and if it expires within 30 days.",
			Attributes: map[string]schema.Attribute{
				"ascii_armored_public_key": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "The complete output of `gpg --export --armor`.",
				},
			},
		},
	}
}

var describeKey = schema.Schema{
	MarkdownDescription: "One public key of an attestor. The attestor must not set `public_keys`. The resource " +
		"leaves the other keys alone, even keys from outside Terraform. Set exactly one of `kms_key_version`, `pkix` " +
		"and `pgp`; an import may write `pkix` next to `kms_key_version`.\n\nSeveral keys of one attestor become one " +
		"write with the attestor's etag. Another id replaces the key: set `create_before_destroy = true`, so that " +
		"the attestor gets the new key before it loses the old one. A new text under the same id, such as a PGP key " +
		"with an extended expiry, is an in-place update.\n\nA replaced attestor, for example with another note, " +
		"loses its keys. Terraform then also replaces each key with a reference to " +
		"`binauthz_attestor.NAME.id`.\n\nCreate the keys before a policy requires the attestor: let " +
		"`require_attestations_by` refer to `binauthz_attestor_key.NAME.attestor`.\n\n" + keyPermissions,
	Attributes: singleAttributes(),
}

const keyPermissions = "Permissions: `binaryauthorization.attestors.get` and `.update` (role " +
	"`roles/binaryauthorization.attestorsEditor`); `cloudkms.cryptoKeyVersions.viewPublicKey` (role " +
	"`roles/cloudkms.publicKeyViewer`) for `kms_key_version`.\n\nOptional, for warnings about a removed key: " +
	"`containeranalysis.notes.listOccurrences` on the attestor's note (role " +
	"`roles/containeranalysis.notes.occurrences.viewer`) to count the attestations without another key, and " +
	"`binaryauthorization.policy.get` (role `roles/binaryauthorization.policyViewer`) to list the enforced rules " +
	"that then refuse every image."

func singleAttributes() map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Import id: `projects/{project}/attestors/{attestor} {key_id}`.",
		},
		"attestor": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "The attestor: full name `projects/{project}/attestors/{attestor}`, or the short " +
				"name of one in `project`. Refer to `binauthz_attestor.….id`. A change replaces the key.",
		},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{lifecycle.ProjectID},
			MarkdownDescription: "Id of the attestor's project. Absent or empty means the project in the full name, " +
				"else the provider's project. A change replaces the key.",
		},
	}
	maps.Copy(all, keyAttributes("key_id"))
	return all
}
