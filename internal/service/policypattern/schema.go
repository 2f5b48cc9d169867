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
	MarkdownDescription: "One allowlist pattern of a project's policy: images that are admitted without a look at the rules.\n\n" + rulevalue.Sharing + "\n\n" + rulevalue.Permissions,
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the pattern: `projects/{project}/policy/admission_whitelist_patterns/{pattern}`."},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Id of the project. Absent or empty, it is the provider's. Changing it makes a new pattern.",
			Validators: []validator.String{lifecycle.ProjectID},
		},
		"pattern": schema.StringAttribute{
			Required: true, MarkdownDescription: "Such as `us-docker.pkg.dev/acme/base/**`: `*` at the end stands for anything within one directory, `**` also for directories below. Changing it makes a new pattern.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"needs": schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: rulevalue.Needs},
		"acknowledge_lockout": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Let a destroy or a replacement remove the pattern although GKE's own images or workloads are locked out without it, which is an error otherwise. To be applied before that. Default `false`.",
		},
	},
}
