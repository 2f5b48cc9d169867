package attestation

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// permissions is the sentence of the documentation that says what the resource needs.
const permissions = "Permissions: `containeranalysis.notes.attachOccurrence` on the attestor's note (role `roles/containeranalysis.notes.attacher`); " +
	"`containeranalysis.occurrences.create`, `.get`, `.list`, `.delete` in the project of the attestation (role `roles/containeranalysis.occurrences.editor`); " +
	"`binaryauthorization.attestors.get` and `binaryauthorization.attestors.verifyImageAttested` on the attestor (role `roles/binaryauthorization.attestorsVerifier`); " +
	"with `kms_key_version` also `cloudkms.cryptoKeyVersions.useToSign` and `.viewPublicKey` on the key (role `roles/cloudkms.signerVerifier`). " +
	"Without `verifyImageAttested` the attestation is made and a warning says that the service did not validate it."

var describe = schema.Schema{
	MarkdownDescription: "An attestation: an attestor's signed word for one image, by digest. A policy that requires the attestor admits the image from then on.\n\n" +
		"Cloud KMS signs it during the apply (`kms_key_version`), or it comes signed (`signature` and `public_key_id`), as keys that are kept offline, PGP keys and other pipelines do it. " +
		"No private key is ever in the configuration, the state or a log.\n\n" +
		"The signature is verified with the attestor's keys before it is written, as far as possible during the plan, and validated by Binary Authorization afterwards. " +
		"An attestation that the project has already, with the same payload and a good signature of the same key, is adopted; no second one is made, unless two runs attest the same at the same moment, which does no harm. Destroying the resource deletes it, also one that was adopted. " +
		"If the key leaves the attestor later, every plan warns that the attestation proves nothing any more.\n\n" +
		"Another image, attestor, project or key is a new attestation; nothing is changed in place. " +
		"To attest on every build without keeping each attestation in the state, use the action `binauthz_sign_attestation`.\n\n" + permissions,
	Attributes: map[string]schema.Attribute{
		"id":   schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the attestation: `projects/{project}/occurrences/{name}`."},
		"name": schema.StringAttribute{Computed: true, MarkdownDescription: "Short name, which the service chooses."},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{lifecycle.ProjectID},
			MarkdownDescription: "Id of the project that keeps the attestation; image, note and attestor can be in others. Absent or empty, it is the provider's. Changing it makes a new attestation.",
		},
		"attestor": schema.StringAttribute{
			Required: true, MarkdownDescription: "The attestor: full name `projects/{project}/attestors/{name}`, or the short name of one in the attestation's project. Changing it makes a new attestation.",
		},
		"image": schema.StringAttribute{
			Required: true, Validators: []validator.String{attestable},
			MarkdownDescription: "The image with its registry and its digest, without a scheme or tag: `{registry}/{repository}@sha256:{digest}`; one of Docker Hub is `docker.io/…`. The data source `binauthz_image` finds the digest of a tag. Changing it makes a new attestation.",
		},
		"kms_key_version": schema.StringAttribute{
			Optional: true, Validators: []validator.String{keyVersion},
			MarkdownDescription: "Full name of the Cloud KMS key version that signs: `projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}`. " +
				"It has to be a key of the attestor, under whatever id. Either this or `signature` is needed. Both are accepted only where `signature` is the one that the attestation has, as `terraform plan -generate-config-out` writes it. Changing it makes a new attestation.",
		},
		"signature": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("public_key_id")), isBase64{}},
			MarkdownDescription: "A ready signature of the payload, in base64: what `openssl dgst -sign` or Cloud KMS writes, or for a PGP key the output of `gpg --armor --sign`. A private key is refused. Without it, the one that Cloud KMS made. Changing it makes a new attestation.",
		},
		"public_key_id": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("signature"))},
			MarkdownDescription: "Id of the attestor's key that verifies `signature`, exactly as the attestor has it. With `kms_key_version` it is found by the public key.",
		},
		"serialized_payload": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "What is signed, byte for byte. Defaults to what `gcloud container binauthz create-signature-payload` writes for the image; the function `signature_payload` gives the same. Changing it makes a new attestation.",
		},
		"note":         schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the note that the attestation is attached to: the attestor's."},
		"resource_uri": schema.StringAttribute{Computed: true, MarkdownDescription: "The image as Container Analysis has it: with `https://` in front, or without where gcloud wrote the attestation that was adopted or imported."},
		"create_time":  schema.StringAttribute{Computed: true, MarkdownDescription: "When the attestation was made, in RFC 3339."},
		"update_time":  schema.StringAttribute{Computed: true, MarkdownDescription: "When the attestation was last changed, in RFC 3339."},
	},
}
