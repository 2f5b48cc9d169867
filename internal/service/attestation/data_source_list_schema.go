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
	MarkdownDescription: "The attestations of an image, of an attestor, or of an image by an attestor, each with whether an attestor's keys verify it and why not. " +
		"The signatures are verified here, by the rules that Google publishes; `binauthz_attestation_validation` asks the service itself.\n\n" +
		"Images are told apart by their digests: an attestation counts for every repository that has the same digest.\n\n" +
		"Permissions: with `attestor`, `binaryauthorization.attestors.get` and on its note `containeranalysis.notes.listOccurrences`; with `note`, `binaryauthorization.attestors.list` and that; " +
		"with an image alone, `binaryauthorization.attestors.list` and `containeranalysis.occurrences.list` " +
		"(roles `roles/binaryauthorization.attestorsViewer`, `roles/containeranalysis.notes.occurrences.viewer`, `roles/containeranalysis.occurrences.viewer`).",
	Attributes: map[string]schema.Attribute{
		"id": shown("What was asked for: the full name of the attestor or note, or the project, with the image's digest where one is given."),
		"project": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{lifecycle.ProjectID},
			MarkdownDescription: "Id of the project: of attestors and notes that are not given by their full names, and the one whose attestations are listed for an image alone. Absent or empty, it is the provider's.",
		},
		"attestor": schema.StringAttribute{
			Optional: true, Validators: []validator.String{
				stringvalidator.ConflictsWith(path.MatchRoot("note")),
				stringvalidator.AtLeastOneOf(path.MatchRoot("note"), path.MatchRoot("image")),
			},
			MarkdownDescription: "Full or short name of an attestor: the attestations on its note, in whatever project they are kept, verified with its keys.",
		},
		"note": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Full or short name of a note: the attestations on it, in whatever project they are kept, verified with the keys of the project's attestors that read it.",
		},
		"image": schema.StringAttribute{
			Optional: true, Validators: []validator.String{digested},
			MarkdownDescription: "An image with its digest, `{registry}/{repository}@sha256:…`: the attestations of this image only. Without an attestor or a note, those that the project keeps.",
		},
		"attestations": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "The attestations, oldest first.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name":           shown("Full name of the occurrence, `projects/{project}/occurrences/{id}`."),
				"note":           shown("Full name of the note that it is attached to."),
				"image":          shown("The image that it is attached to, without the scheme and the tag that `resource_uri` may have."),
				"resource_uri":   shown("The same as the API has it: with `https://` in front, or without where gcloud wrote it."),
				"public_key_ids": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Ids of the keys that its signatures name."},
				"verified":       schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether one of the attestors verifies it."},
				"attestors":      schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Full names of the attestors that verify it."},
				"reason":         shown("Why none does; empty where one does."),
				"create_time":    shown("When it was made, in RFC 3339."),
			}},
		},
	},
}
