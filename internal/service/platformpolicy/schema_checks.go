package platformpolicy

import (
	"math"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/checkschema"
	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// checkAttributes describe one check.
var checkAttributes = map[string]schema.Attribute{
	"display_name": checkschema.Optional("Name of the check in messages."),
	allowlist:      patterns("Images exempted from this check"),
	"always_deny": schema.BoolAttribute{Optional: true, Computed: true, MarkdownDescription: "`true`: no image conforms, except " +
		"images exempted by an allowlist. `false` is the same as absent."},
	"image_freshness_check": schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "An image was uploaded to Artifact Registry recently.",
		Attributes: map[string]schema.Attribute{
			"max_upload_age_days": schema.Int64Attribute{
				Required: true, MarkdownDescription: "Maximum age in days, greater than zero.",
				Validators: []validator.Int64{int64validator.Between(1, math.MaxInt32)},
			},
		},
	},
	"trusted_directory_check": schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "An image is in one of these directories.",
		Attributes: map[string]schema.Attribute{
			"trusted_dir_patterns": required(
				"Directories such as `us-docker.pkg.dev/my-project/my-repo`. A `*` can replace the start of the host "+
					"(`*-docker.pkg.dev/…`, `*.gcr.io/…`). `/*` at the end matches every direct subdirectory, `/**` all levels.",
				checkschema.Check("Invalid directory", conformance.CheckDirectory)),
		},
	},
	"vulnerability_check":              checkschema.Vulnerability,
	"slsa_check":                       checkschema.SLSA,
	"sigstore_signature_check":         sigstoreCheck,
	"simple_signing_attestation_check": attestationCheck,
}

var sigstoreCheck = schema.SingleNestedAttribute{
	Optional: true, MarkdownDescription: "An image was signed with Cosign by a key of one of these authorities. Image and signature " +
		"must be in Artifact Registry.",
	Attributes: map[string]schema.Attribute{
		"sigstore_authorities": nested("The authorities. One of them is enough.", map[string]schema.Attribute{
			"display_name": checkschema.Optional("Name of the authority in messages."),
			"public_key_set": schema.SingleNestedAttribute{
				Required: true, MarkdownDescription: "The keys of the authority.",
				Attributes: map[string]schema.Attribute{
					"public_keys": nested("The keys. One of them is enough. Their order has no effect.", map[string]schema.Attribute{
						publicKeyPEM: schema.StringAttribute{
							Required: true, MarkdownDescription: "The key as one `PUBLIC KEY` block (RFC 7468).",
							Validators: []validator.String{key},
						},
					}),
				},
			},
		}),
	},
}

var attestationCheck = schema.SingleNestedAttribute{
	Optional: true, MarkdownDescription: "An image has an attestation, such as a `binauthz_attestation`, with a valid signature by a " +
		"key of one of these authenticators. It can be on any note.",
	Attributes: map[string]schema.Attribute{
		"container_analysis_attestation_projects": checkschema.Projects("with the attestations", false),
		"attestation_authenticators": nested("The authenticators. One of them is enough.", map[string]schema.Attribute{
			"display_name": checkschema.Optional("Name of the authenticator in messages."),
			"pkix_public_key_set": schema.SingleNestedAttribute{
				Required: true, MarkdownDescription: "The keys of the authenticator.",
				Attributes: map[string]schema.Attribute{
					"pkix_public_keys": nested("The keys. One of them is enough. Their order has no effect. Each has "+
						"`public_key_pem` and `signature_algorithm`, or `kms_key_version`; an import writes all of them.", pkixKey),
				},
			},
		}),
	},
}

var pkixKey = map[string]schema.Attribute{
	kmsKeyVersion: schema.StringAttribute{
		Optional: true, MarkdownDescription: "Full name of a Cloud KMS key version for signatures: " +
			"`projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}`. The plan " +
			"looks up PEM and algorithm in Cloud KMS, and fails if the version does not exist. If the same apply creates the " +
			"version, refer to that resource instead of writing the name.",
	},
	publicKeyPEM: schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "The key as one `PUBLIC KEY` block (RFC 7468).",
		Validators: []validator.String{key},
	},
	algorithm: schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Algorithm of the signatures, in the spelling of Binary Authorization (`ECDSA_P256_SHA256`, " +
			"`RSA_PSS_4096_SHA512`, …) or Cloud KMS (`EC_SIGN_P256_SHA256`, …). It must fit the key.",
	},
	keyID: schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Key id in attestations: a URI (RFC 3986) or a text without `:`. Defaults to the key's digest " +
			"`ni:///sha-256;…`, and with `kms_key_version` to `//cloudkms.googleapis.com/v1/{version}`.",
		Validators: []validator.String{checkschema.Check("Invalid key id", attest.CheckKeyID)},
	},
}

// key accepts a public key.
var key = checkschema.CheckGiven("Invalid public key", isKey)

func isKey(pem string) error {
	_, err := attest.ParsePKIX(pem)
	return err
}
