package attestation

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// occurrenceForm is the full name of an occurrence.
var occurrenceForm = regexp.MustCompile(`^projects/[^/]+/occurrences/[^/]+$`)

var describeValidation = schema.Schema{
	MarkdownDescription: "Whether Binary Authorization accepts an image's attestations by an attestor, and if not, why not, in the " +
		"service's words. For `check` blocks and postconditions: a missing attestation is an answer, not an error. " +
		"`binauthz_admission` evaluates a policy for the image.\n\nThe service can need some minutes to use a new key of an " +
		"attestor everywhere.\n\nPermissions: `binaryauthorization.attestors.get` and " +
		"`binaryauthorization.attestors.verifyImageAttested` on the attestor, and `containeranalysis.notes.listOccurrences` on its " +
		"note, or `containeranalysis.occurrences.get` with `attestation` (roles `roles/binaryauthorization.attestorsViewer`, " +
		"`roles/binaryauthorization.attestorsVerifier`, `roles/containeranalysis.notes.occurrences.viewer`, " +
		"`roles/containeranalysis.occurrences.viewer`).",
	Attributes: map[string]schema.Attribute{
		"id": shown("Full name of the attestor with the image's digest."),
		"attestor": schema.StringAttribute{Required: true, MarkdownDescription: "Full name of the attestor, or its " +
			"short name in the provider's project."},
		"image": schema.StringAttribute{
			Required: true, Validators: []validator.String{digested},
			MarkdownDescription: "The image with its digest, `{registry}/{repository}@sha256:…`. The digest identifies the image.",
		},
		"attestation": schema.StringAttribute{
			Optional: true,
			Validators: []validator.String{
				stringvalidator.RegexMatches(occurrenceForm, "must be the full name of an occurrence, projects/{project}/occurrences/{id}"),
			},
			MarkdownDescription: "Full name of one attestation, `projects/{project}/occurrences/{id}`. The service then validates " +
				"only this one. Absent means all attestations of the image by the attestor, at most the newest 20.",
		},
		"verified": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the service verified at least one of them."},
		"reason": shown("Why not: the service's reason, or that no attestation exists. If all attestations were validated, the text " +
			"begins with GKE's refusal of the image, and the reason is in parentheses. Empty if one is verified."),
		"attestations": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "The service's answer for each attestation, the newest first.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name":        shown("Full name of the occurrence."),
				"verified":    schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the service verified it."},
				"reason":      shown("The service's reason if it did not verify the attestation. Otherwise empty."),
				"create_time": shown("Creation time of the attestation, in RFC 3339."),
			}},
		},
	},
}
