package attestation

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

var describeQuery = schema.Schema{
	MarkdownDescription: "Finds the attestations of a project: all, those of one attestor, or those on one note, the oldest " +
		"first.\n\nPermissions: `containeranalysis.occurrences.list` (role `roles/containeranalysis.occurrences.viewer`). With " +
		"`attestor` also `binaryauthorization.attestors.get`. Without it, `binaryauthorization.attestors.list` in the project of " +
		"the note, to find the attestor (role `roles/binaryauthorization.attestorsViewer`).\n\n" + lifecycle.Querying,
	Attributes: map[string]schema.Attribute{
		"project": lifecycle.ListedProject,
		"attestor": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Only attestations with a valid signature by a key of this attestor: full name " +
				"`projects/{project}/attestors/{name}`, or a short name in the listed project.",
			Validators: []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("note"))},
		},
		"note": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Only attestations on this note, also without a valid signature: full name " +
				"`projects/{project}/notes/{note}`, or a short name in the listed project.",
		},
	},
}
