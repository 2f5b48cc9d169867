package note

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

var relatedURLType = types.ObjectType{AttrTypes: map[string]attr.Type{"url": types.StringType, "label": types.StringType}}

var describe = schema.Schema{
	MarkdownDescription: `The Container Analysis note with the attestations of an attestor.

Permission to attach occurrences to the note is permission to attest for the attestor, so grant it on the note.

Permissions: ` +
		"`containeranalysis.notes.create`, `.get`, `.update`, `.delete`" + ` (role ` + "`roles/containeranalysis.notes.editor`" + `); ` +
		"`containeranalysis.notes.list`" + ` makes plans over many notes cheaper.`,
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Full name of the note: `projects/{project}/notes/{name}`.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"project": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Id of the note's project. Absent or empty means the provider's project. A change replaces the note.",
			Validators:          []validator.String{lifecycle.ProjectID},
		},
		"name": schema.StringAttribute{
			Required: true, MarkdownDescription: "Short name of the note. A change replaces the note.",
			Validators: []validator.String{stringvalidator.RegexMatches(noteID,
				"must be a bare note id, such as \"built-by-ci\", not a path")},
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"human_readable_name": schema.StringAttribute{
			Required: true, MarkdownDescription: "Name of the attesting authority for human readers, for example `Quality assurance`.",
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"short_description": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "One sentence about the note. Absent means empty.",
		},
		"long_description": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "A detailed description of the note. Absent means empty.",
		},
		"related_url": schema.SetNestedAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Links about the note. Absent means none.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"url": schema.StringAttribute{Required: true, MarkdownDescription: "The address."},
				"label": schema.StringAttribute{
					Optional: true, Computed: true,
					MarkdownDescription: "Text of the link. Absent means empty.",
				},
			}},
		},
		"related_note_names": schema.SetAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Full names of related notes. Absent means none.",
		},
		"expiration_time": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Expiry of the note, in RFC 3339 (`2030-01-02T15:04:05Z`). Absent means never.",
			Validators: []validator.String{isTime},
		},
		"create_time": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Time of the creation of the note, in RFC 3339.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"update_time": schema.StringAttribute{Computed: true, MarkdownDescription: "Time of the last change of the note, in RFC 3339."},
	},
}

// noteID refuses paths. The service's own rule for note ids is not published.
var noteID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~-]*$`)
