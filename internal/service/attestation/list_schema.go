package attestation

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

var describeQuery = schema.Schema{
	MarkdownDescription: "Finds the attestations that a project keeps: all, those of one attestor, or those on one note; oldest first.\n\n" +
		"Permissions: `containeranalysis.occurrences.list` (role `roles/containeranalysis.occurrences.viewer`). " +
		"With `attestor` also `binaryauthorization.attestors.get`; without it, to say whose an attestation is, " +
		"`binaryauthorization.attestors.list` in the project of its note " +
		"(role `roles/binaryauthorization.attestorsViewer`).\n\n" + lifecycle.Querying,
	Attributes: map[string]schema.Attribute{
		"project": lifecycle.ListedProject,
		"attestor": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Only attestations that a key of this attestor verifies: " +
				"full name `projects/{project}/attestors/{name}`, or the short name of one in the project that is looked into.",
			Validators: []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("note"))},
		},
		"note": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Only attestations on this note, whether anybody verifies them or not: " +
				"full name `projects/{project}/notes/{note}`, or the short name of one in the project that is looked into.",
		},
	},
}
