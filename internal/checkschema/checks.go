package checkschema

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// Vulnerability is the check of an image's scan.
var Vulnerability = schema.SingleNestedAttribute{
	Optional: true, MarkdownDescription: "An image has no vulnerabilities above a severity.",
	Attributes: map[string]schema.Attribute{
		"maximum_fixable_severity":   severity("The highest allowed severity of vulnerabilities with a fix"),
		"maximum_unfixable_severity": severity("The highest allowed severity of vulnerabilities without a fix"),
		"allowed_cves": Set("Vulnerabilities to ignore, such as `CVE-2021-20305`, at any severity, "+
			"and even if they are in `blocked_cves`.",
			Check("Invalid vulnerability", conformance.CheckCVE)),
		"blocked_cves": Set("Vulnerabilities that always count, such as `CVE-2020-10543`.",
			Check("Invalid vulnerability", conformance.CheckCVE)),
		"container_analysis_vulnerability_projects": Projects("with the scan results", false),
	},
}

func severity(what string) schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, MarkdownDescription: what + ": `BLOCK_ALL` (none), `MINIMAL`, `LOW`, `MEDIUM`, `HIGH`, `CRITICAL`, " +
			"or `ALLOW_ALL` (all, even without a severity).",
		Validators: []validator.String{stringvalidator.OneOf(conformance.Severities...)},
	}
}

// SLSA is the check of an image's provenance.
var SLSA = schema.SingleNestedAttribute{
	Optional: true, MarkdownDescription: "An image has SLSA provenance of a trusted build.",
	Attributes: map[string]schema.Attribute{
		"rules": schema.ListNestedAttribute{
			Optional: true, Computed: true, MarkdownDescription: "The rules. One satisfied rule is enough.",
			Validators:   []validator.List{NoNulls{}},
			NestedObject: schema.NestedAttributeObject{Attributes: SLSARule},
		},
	},
}

// SLSARule describes one rule of a SLSA check.
var SLSARule = map[string]schema.Attribute{
	"trusted_builder": Optional("The builder: `GOOGLE_CLOUD_BUILD`.", stringvalidator.OneOf("GOOGLE_CLOUD_BUILD", "")),
	"attestation_source": schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "The location of the provenance.",
		Attributes: map[string]schema.Attribute{"container_analysis_attestation_projects": Projects("with the provenance", true)},
	},
	"config_based_build_required": schema.BoolAttribute{
		Optional: true, Computed: true, MarkdownDescription: "Whether the image must be built from a configuration at the top of one of " +
			"`trusted_source_repo_patterns`. Default `false`.",
	},
	"trusted_source_repo_patterns": Set("Repositories of the source, without a scheme, such as `github.com/my-org/my-repo`, "+
		"`github.com/my-org/*` or `github.com/**`.",
		Check("Invalid source repository", conformance.CheckRepository)),
	"custom_constraints": Optional("A CEL expression on the payload of the provenance."),
}
