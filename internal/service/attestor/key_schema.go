package attestor

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// keyAttributes describe one key, in a list or by itself. id is what its id is called there.
func keyAttributes(id string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		id: schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Id by which an attestation names the key. For `pkix` a URI (RFC 3986) or a text without `:`, by default the key's digest `ni:///sha-256;…`; for `kms_key_version` by default " +
				"`//cloudkms.googleapis.com/v1/{version}`; for `pgp` always the fingerprint, which need not be given.",
		},
		"comment": schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "A remark on the key. Absent means empty."},
		"kms_key_version": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Full name of a Cloud KMS key version that signs: `projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}`. " +
				"The plan looks up PEM and algorithm in Cloud KMS: a version that does not exist is an error, so refer to one that the same apply makes instead of writing its name. " +
				"The form `//cloudkms.googleapis.com/v1/…` is the same.",
		},
		"pkix": schema.SingleNestedAttribute{
			Optional: true, Computed: true, MarkdownDescription: "A public key in PEM. For a key by `kms_key_version` it need not be given, and has to be what Cloud KMS says.",
			Attributes: map[string]schema.Attribute{
				"public_key_pem": schema.StringAttribute{Required: true, MarkdownDescription: "The key as one `PUBLIC KEY` block (RFC 7468)."},
				"signature_algorithm": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Algorithm of the signatures, in Binary Authorization's spelling (`ECDSA_P256_SHA256`, `RSA_PSS_4096_SHA512`, …) or Cloud KMS's (`EC_SIGN_P256_SHA256`, `RSA_SIGN_PSS_4096_SHA512`, …). It has to fit the key.",
				},
			},
		},
		"pgp": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "An OpenPGP public key. A plan warns of one that has expired or is revoked, which verifies nothing, and of one that expires within 30 days.",
			Attributes: map[string]schema.Attribute{
				"ascii_armored_public_key": schema.StringAttribute{Required: true, MarkdownDescription: "The whole output of `gpg --export --armor`."},
			},
		},
	}
}

var describeKey = schema.Schema{
	MarkdownDescription: "One public key of an attestor. The attestor leaves out `public_keys`; its other keys survive, whoever keeps them. " +
		"Exactly one of `kms_key_version`, `pkix` and `pgp` says which key it is; an import may write `pkix` beside `kms_key_version`.\n\n" +
		"Several keys of one attestor become one write with the attestor's etag. Another key, which is one with another id, is another resource: set `create_before_destroy = true`, so that the attestor has " +
		"the new key before it loses the old one. A new text under the same id, such as a PGP key whose expiry was extended, is updated in place.\n\n" +
		"An attestor that is destroyed and made again, as for another note, loses its keys: each that refers to it by `binauthz_attestor.NAME.id` is made again with it.\n\n" +
		"A policy that requires the attestor should come after the keys: let `require_attestations_by` refer to `binauthz_attestor_key.NAME.attestor`.\n\n" + keyPermissions,
	Attributes: singleAttributes(),
}

const keyPermissions = "Permissions: `binaryauthorization.attestors.get` and `.update` (role `roles/binaryauthorization.attestorsEditor`); " +
	"`cloudkms.cryptoKeyVersions.viewPublicKey` (role `roles/cloudkms.publicKeyViewer`) for `kms_key_version`. " +
	"With `containeranalysis.notes.listOccurrences` on the attestor's note (role `roles/containeranalysis.notes.occurrences.viewer`), a plan that takes the key away says how many attestations lose their only key; " +
	"with `binaryauthorization.policy.get` (role `roles/binaryauthorization.policyViewer`), one that takes the last key names the enforced rules that refuse every image then."

func singleAttributes() map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "What an import takes: `projects/{project}/attestors/{attestor} {key_id}`."},
		"attestor": schema.StringAttribute{
			Required: true, MarkdownDescription: "The attestor: full name `projects/{project}/attestors/{attestor}`, or the short name of one in `project`. Refer to `binauthz_attestor.….id`. Changing it makes a new key.",
		},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{lifecycle.ProjectID},
			MarkdownDescription: "Id of the attestor's project. Absent or empty, it is that of the full name, else the provider's. Changing it makes a new key.",
		},
	}
	maps.Copy(all, keyAttributes("key_id"))
	return all
}
