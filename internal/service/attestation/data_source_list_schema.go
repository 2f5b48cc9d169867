package attestation

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

var describeList = schema.Schema{
	MarkdownDescription: "The attestations of an image, of an attestor, or of an image by an attestor. For each, it shows whether an " +
		"attestor's keys verify it, and if not, why. The provider verifies the signatures itself, by Google's published rules; " +
		"`binauthz_attestation_validation` asks the service.\n\nThe digest identifies an image: an attestation counts for every " +
		"repository with the same digest.\n\nPermissions: with `attestor`, `binaryauthorization.attestors.get`, and " +
		"`containeranalysis.notes.listOccurrences` on its note; with `note`, `binaryauthorization.attestors.list`, and " +
		"`containeranalysis.notes.listOccurrences` on the note; with an image alone, `binaryauthorization.attestors.list` and " +
		"`containeranalysis.occurrences.list` (roles `roles/binaryauthorization.attestorsViewer`, " +
		"`roles/containeranalysis.notes.occurrences.viewer`, `roles/containeranalysis.occurrences.viewer`).",
	Attributes: map[string]schema.Attribute{
		"id": shown("Full name of the attestor or note, or the project, with the image's digest if an image is given."),
		"project": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{lifecycle.ProjectID},
			MarkdownDescription: "Id of the project of the attestations, and of attestors and notes with short names. Absent or " +
				"empty means the provider's project.",
		},
		"attestor": schema.StringAttribute{
			Optional: true, Validators: []validator.String{
				stringvalidator.ConflictsWith(path.MatchRoot("note")),
				stringvalidator.AtLeastOneOf(path.MatchRoot("note"), path.MatchRoot("image")),
			},
			MarkdownDescription: "Full or short name of an attestor. The result contains the attestations on its note, from all " +
				"projects, verified with its keys.",
		},
		"note": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Full or short name of a note. The result contains the attestations on it, from all " +
				"projects, verified with the keys of the project's attestors for this note.",
		},
		"image": schema.StringAttribute{
			Optional: true, Validators: []validator.String{digested},
			MarkdownDescription: "An image with its digest, `{registry}/{repository}@sha256:…`. The result contains only " +
				"attestations of this image; without an attestor or a note, only those in the project.",
		},
		"attestations": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "The attestations, oldest first.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name":  shown("Full name of the occurrence, `projects/{project}/occurrences/{id}`."),
				"note":  shown("Full name of the note of the attestation."),
				"image": shown("The attested image, without the scheme and the tag of `resource_uri`."),
				"resource_uri": shown("The attested image as stored by the API: with `https://` in front, " +
					"or without if gcloud wrote it."),
				"public_key_ids": schema.ListAttribute{
					Computed: true, ElementType: types.StringType, MarkdownDescription: "Key ids in its signatures.",
				},
				"verified": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether an attestor verifies it."},
				"attestors": schema.ListAttribute{
					Computed: true, ElementType: types.StringType,
					MarkdownDescription: "Full names of the attestors with a key that verifies it.",
				},
				"reason":      shown("Why no attestor verifies it. Empty if one does."),
				"create_time": shown("Creation time, in RFC 3339."),
			}},
		},
	},
}
