package attestation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// permissions lists the permissions of the resource.
const permissions = attaching + "`containeranalysis.occurrences.create`, `.get`, `.list`, `.delete`" + validating

// signPermissions lists the permissions of the action.
const signPermissions = attaching + "`containeranalysis.occurrences.create`, `.list`, `.delete`" + validating

const attaching = "Permissions: `containeranalysis.notes.attachOccurrence` on the attestor's note " +
	"(role `roles/containeranalysis.notes.attacher`); "

const validating = " in the project of the attestation (role `roles/containeranalysis.occurrences.editor`); " +
	"`binaryauthorization.attestors.get` and `binaryauthorization.attestors.verifyImageAttested` on the attestor (role " +
	"`roles/binaryauthorization.attestorsVerifier`); with `kms_key_version` also `cloudkms.cryptoKeyVersions.useToSign` and " +
	"`.viewPublicKey` on the key (role `roles/cloudkms.signerVerifier`). Without `verifyImageAttested`, the provider writes the " +
	"attestation and warns that the service did not validate it."

var describe = schema.Schema{
	MarkdownDescription: "An attestation: a signed statement of an attestor about one image, by digest. A policy that requires the " +
		"attestor then admits the image.\n\nCloud KMS signs it during the apply (`kms_key_version`), or you provide the signature " +
		"(`signature` and `public_key_id`), for example from an offline key, a PGP key or another pipeline. The configuration, the " +
		"state and the logs never contain a private key.\n\nThe provider verifies the signature with the attestor's keys before it " +
		"writes, as far as possible during the plan. Then Binary Authorization validates the attestation. The provider adopts an " +
		"existing attestation of the project with the same payload and a valid signature of the same key. It writes no duplicate, " +
		"except if two runs attest the same image at the same time; this is harmless. A destroy deletes the attestation, also an " +
		"adopted one. If the key leaves the attestor later, every plan warns that the attestation is no longer " +
		"verifiable.\n\nAnother image, attestor, project or key replaces the attestation. With `require`, the provider attests an " +
		"image only if its vulnerability scan and its provenance pass. A changed `require` repeats the checks and keeps the " +
		"attestation. To attest every build without a resource for each attestation, use the action " +
		"`binauthz_sign_attestation`.\n\n" + permissions,
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the attestation: " +
			"`projects/{project}/occurrences/{name}`."},
		"name": schema.StringAttribute{Computed: true, MarkdownDescription: "Short name, chosen by the service."},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{lifecycle.ProjectID},
			MarkdownDescription: "Id of the project of the attestation. The image, note and attestor can be in other projects. " +
				"Absent or empty means the provider's project. A change replaces the attestation.",
		},
		"attestor": schema.StringAttribute{
			Required: true, MarkdownDescription: "The attestor: full name `projects/{project}/attestors/{name}`, or a short name in " +
				"the project of the attestation. A change replaces the attestation.",
		},
		"image": schema.StringAttribute{
			Required: true, Validators: []validator.String{attestable},
			MarkdownDescription: "The image with its registry and digest, without a scheme or tag: " +
				"`{registry}/{repository}@sha256:{digest}`. For Docker Hub, the registry is `docker.io`. The data source " +
				"`binauthz_image` finds the digest of a tag. A change replaces the attestation.",
		},
		"kms_key_version": schema.StringAttribute{
			Optional: true, Validators: []validator.String{keyVersion},
			MarkdownDescription: "Full name of the Cloud KMS key version for the signature: " +
				"`projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}`. It must " +
				"be a key of the attestor, with any id. Set this or `signature`. Set both only beside the existing signature of " +
				"the attestation, as in the output of `terraform plan -generate-config-out`. A change replaces the attestation.",
		},
		"signature": schema.StringAttribute{
			Optional: true, Computed: true,
			Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("public_key_id")), isBase64{}},
			MarkdownDescription: "A ready signature of the payload, in base64: the output of `openssl dgst -sign` or Cloud KMS, or " +
				"for a PGP key of `gpg --armor --sign`. A private key is an error. Absent means the signature by Cloud KMS. A " +
				"change replaces the attestation.",
		},
		"public_key_id": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("signature"))},
			MarkdownDescription: "Id of the attestor's key for `signature`, exactly as in the attestor. With `kms_key_version`, the " +
				"provider finds it by the public key.",
		},
		"serialized_payload": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "The signed payload, byte for byte. Defaults to the output of `gcloud container binauthz " +
				"create-signature-payload` for the image, the same as the function `signature_payload` returns. " +
				"A change replaces the attestation.",
		},
		fieldRequire: describeRequire,
		"note":       schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the attestor's note."},
		"resource_uri": schema.StringAttribute{Computed: true, MarkdownDescription: "The image as stored by Container Analysis: with " +
			"`https://` in front, or without if gcloud wrote the adopted or imported attestation."},
		"create_time": schema.StringAttribute{Computed: true, MarkdownDescription: "Creation time of the attestation, in RFC 3339."},
		"update_time": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Time of the last change of the attestation, in RFC 3339.",
		},
	},
	Blocks: map[string]schema.Block{"timeouts": limits()},
}

// howLong describes a time limit.
const howLong = "Time limit of the operation, with the wait for a scan for `require`. Default `20m`."

// limits are the time limits of the resource.
func limits() schema.Block {
	block := timeouts.Block(context.Background(), timeouts.Opts{
		Create:            true,
		CreateDescription: howLong,
		Update:            true,
		UpdateDescription: howLong,
	})
	if nested, ok := block.(schema.SingleNestedBlock); ok {
		nested.Validators = append(nested.Validators, lifecycle.AboveZero{})
		return nested
	}
	return block
}
