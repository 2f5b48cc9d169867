package platformpolicy

import (
	"math"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// checkAttributes describe one check.
var checkAttributes = map[string]schema.Attribute{
	"display_name": optional("A name by which messages call the check."),
	allowlist:      patterns("Images exempted from this check"),
	"always_deny": schema.BoolAttribute{Optional: true, Computed: true, MarkdownDescription: "`true`: no image conforms, but for those " +
		"that an allowlist exempts. `false` is the same as absent."},
	"image_freshness_check": schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "An image was uploaded to Artifact Registry not long ago.",
		Attributes: map[string]schema.Attribute{
			"max_upload_age_days": schema.Int64Attribute{
				Required: true, MarkdownDescription: "How many days ago at most; more than zero.",
				Validators: []validator.Int64{int64validator.Between(1, math.MaxInt32)},
			},
		},
	},
	"trusted_directory_check": schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "An image is in one of these directories.",
		Attributes: map[string]schema.Attribute{
			"trusted_dir_patterns": required(
				"Directories such as `us-docker.pkg.dev/my-project/my-repo`. A `*` may lead the sub-domain (`*-docker.pkg.dev/…`, `*.gcr.io/…`); "+
					"`/*` at the end stands for every directory below, `/**` for those below them, too.",
				check("Invalid directory", conformance.CheckDirectory)),
		},
	},
	"vulnerability_check": vulnerabilityCheck,
	"slsa_check": schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "An image has SLSA provenance of a trusted build.",
		Attributes: map[string]schema.Attribute{
			"rules": schema.ListNestedAttribute{
				Optional: true, Computed: true, MarkdownDescription: "The rules, of which any one is enough.",
				NestedObject: schema.NestedAttributeObject{Attributes: slsaRule},
			},
		},
	},
	"sigstore_signature_check":         sigstoreCheck,
	"simple_signing_attestation_check": attestationCheck,
}

var vulnerabilityCheck = schema.SingleNestedAttribute{
	Optional: true, MarkdownDescription: "An image has no vulnerabilities above a severity.",
	Attributes: map[string]schema.Attribute{
		"maximum_fixable_severity":   severity("The highest severity of vulnerabilities that have a fix"),
		"maximum_unfixable_severity": severity("The highest severity of vulnerabilities that have no fix"),
		"allowed_cves": set("Vulnerabilities that do not count, such as `CVE-2021-20305`, whatever their severity and also if they are in "+
			"`blocked_cves`.",
			check("Invalid vulnerability", conformance.CheckCVE)),
		"blocked_cves": set("Vulnerabilities that always count, such as `CVE-2020-10543`.", check("Invalid vulnerability", conformance.CheckCVE)),
		"container_analysis_vulnerability_projects": projects("where the results of scans are", false),
	},
}

func severity(what string) schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, MarkdownDescription: what + " that is allowed: `BLOCK_ALL` (none is), `MINIMAL`, `LOW`, `MEDIUM`, `HIGH`, `CRITICAL`, " +
			"or `ALLOW_ALL`, also without a severity.",
		Validators: []validator.String{stringvalidator.OneOf(conformance.Severities...)},
	}
}

var slsaRule = map[string]schema.Attribute{
	"trusted_builder": optional("The builder: `GOOGLE_CLOUD_BUILD`.", stringvalidator.OneOf("GOOGLE_CLOUD_BUILD", "")),
	"attestation_source": schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "Where the provenance is.",
		Attributes: map[string]schema.Attribute{"container_analysis_attestation_projects": projects("where the provenance is", true)},
	},
	"config_based_build_required": schema.BoolAttribute{
		Optional: true, Computed: true, MarkdownDescription: "Whether the image has to be built from a configuration at the top of one of " +
			"`trusted_source_repo_patterns`. Default `false`.",
	},
	"trusted_source_repo_patterns": set("Repositories of the source, without a scheme, such as `github.com/my-org/my-repo`, "+
		"`github.com/my-org/*` or `github.com/**`.",
		check("Invalid source repository", conformance.CheckRepository)),
	"custom_constraints": optional("A CEL expression on the payload of the provenance."),
}

var sigstoreCheck = schema.SingleNestedAttribute{
	Optional: true, MarkdownDescription: "An image was signed with Cosign by a key of one of these authorities. Image and signature have to " +
		"be in Artifact Registry.",
	Attributes: map[string]schema.Attribute{
		"sigstore_authorities": nested("The authorities, of which any one is enough.", map[string]schema.Attribute{
			"display_name": optional("A name by which messages call the authority."),
			"public_key_set": schema.SingleNestedAttribute{
				Required: true, MarkdownDescription: "The keys of the authority.",
				Attributes: map[string]schema.Attribute{
					"public_keys": nested("The keys, of which any one is enough. Their order means nothing.", map[string]schema.Attribute{
						publicKeyPEM: schema.StringAttribute{
							Required: true, MarkdownDescription: "The key as one `PUBLIC KEY` block (RFC 7468).", Validators: []validator.String{key(isKey)},
						},
					}),
				},
			},
		}),
	},
}

var attestationCheck = schema.SingleNestedAttribute{
	Optional: true, MarkdownDescription: "An image has an attestation, as `binauthz_attestation` makes them, that a key of one of these " +
		"authenticators verifies. Which note it is on does not matter.",
	Attributes: map[string]schema.Attribute{
		"container_analysis_attestation_projects": projects("where the attestations are", false),
		"attestation_authenticators": nested("The authenticators, of which any one is enough.", map[string]schema.Attribute{
			"display_name": optional("A name by which messages call the authenticator."),
			"pkix_public_key_set": schema.SingleNestedAttribute{
				Required: true, MarkdownDescription: "The keys of the authenticator.",
				Attributes: map[string]schema.Attribute{
					"pkix_public_keys": nested("The keys, of which any one is enough. Their order means nothing. Each gives `public_key_pem` and "+
						"`signature_algorithm`, or `kms_key_version`; an import writes all of them.", pkixKey),
				},
			},
		}),
	},
}

var pkixKey = map[string]schema.Attribute{
	kmsKeyVersion: schema.StringAttribute{
		Optional: true, MarkdownDescription: "Full name of a Cloud KMS key version that signs: " +
			"`projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}`. " +
			"The plan looks up PEM and algorithm in Cloud KMS: a version that does not exist is an error, so refer to one that the same apply " +
			"makes instead of writing its name.",
	},
	publicKeyPEM: schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "The key as one `PUBLIC KEY` block (RFC 7468).",
		Validators: []validator.String{key(isKey)},
	},
	algorithm: schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Algorithm of the signatures, in Binary Authorization's spelling (`ECDSA_P256_SHA256`, `RSA_PSS_4096_SHA512`, …) " +
			"or Cloud KMS's (`EC_SIGN_P256_SHA256`, …). It has to fit the key.",
	},
	keyID: schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Id by which an attestation names the key: a URI (RFC 3986) or a text without `:`, by default the key's digest " +
			"`ni:///sha-256;…`; for `kms_key_version` by default `//cloudkms.googleapis.com/v1/{version}`.",
		Validators: []validator.String{check("Invalid key id", attest.CheckKeyID)},
	},
}

func isKey(pem string) error {
	_, err := attest.ParsePKIX(pem)
	return err
}
