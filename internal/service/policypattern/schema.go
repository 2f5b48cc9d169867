package policypattern

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

var describe = schema.Schema{
	MarkdownDescription: "One allowlist pattern of a project's policy: images exempt from all rules.\n\n" +
		rulevalue.Sharing + "\n\n" + rulevalue.Permissions,
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the pattern: " +
			"`projects/{project}/policy/admission_whitelist_patterns/{pattern}`."},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Id of the project. Absent or empty means the provider's project. A " +
				"change creates a new pattern.",
			Validators: []validator.String{lifecycle.ProjectID},
		},
		"pattern": schema.StringAttribute{
			Required: true, MarkdownDescription: "Pattern of image names, such as `us-docker.pkg.dev/acme/base/**`. " +
				"`*` at the end matches any text within one directory, `**` also in subdirectories. A change creates a new pattern.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"needs": schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: rulevalue.Needs},
		"acknowledge_lockout": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Allow a change that locks out workloads or GKE's own images. Otherwise it is an error. Apply this " +
				"setting before a destroy. Default `false`.",
		},
	},
}
