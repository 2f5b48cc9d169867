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
	MarkdownDescription: "Whether Binary Authorization itself accepts an image's attestations by an attestor, and if not, why not in its own words. For `check` blocks and postconditions: that there is no attestation is an answer, not an error. " +
		"`binauthz_admission` says what a policy makes of it.\n\n" +
		"A new key of an attestor can take some minutes until the service knows it everywhere.\n\n" +
		"Permissions: `binaryauthorization.attestors.get` and `binaryauthorization.attestors.verifyImageAttested` on the attestor, `containeranalysis.notes.listOccurrences` on its note, or `containeranalysis.occurrences.get` where `attestation` is given " +
		"(roles `roles/binaryauthorization.attestorsViewer`, `roles/binaryauthorization.attestorsVerifier`, `roles/containeranalysis.notes.occurrences.viewer`, `roles/containeranalysis.occurrences.viewer`).",
	Attributes: map[string]schema.Attribute{
		"id":       shown("Full name of the attestor with the image's digest."),
		"attestor": schema.StringAttribute{Required: true, MarkdownDescription: "Full name of the attestor, or its short name in the provider's project."},
		"image": schema.StringAttribute{
			Required: true, Validators: []validator.String{digested},
			MarkdownDescription: "The image with its digest, `{registry}/{repository}@sha256:…`. Images are told apart by their digests.",
		},
		"attestation": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.RegexMatches(occurrenceForm, "must be the full name of an occurrence, projects/{project}/occurrences/{id}")},
			MarkdownDescription: "Full name of one attestation, `projects/{project}/occurrences/{id}`: only this one is asked about. Without it, all of the image by the attestor are, at most the newest 20.",
		},
		"verified": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the service verified at least one of them."},
		"reason": shown("Why not: the service's own reason, or that there is no attestation. Where all were asked about, what GKE says when it " +
			"refuses the image comes first, and the reason is in parentheses. Empty where one is verified."),
		"attestations": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "What the service said of each, the newest first.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name":        shown("Full name of the occurrence."),
				"verified":    schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the service verified it."},
				"reason":      shown("The service's reason why not; empty where it did."),
				"create_time": shown("When the attestation was made, in RFC 3339."),
			}},
		},
	},
}
