package policy

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// sharing is the sentence that both kinds of parts have in their documentation.
const sharing = "It owns its part of the project's policy and nothing else: what others keep there survives, and several configurations can share one policy. " +
	"Edits that are pending in one run become one write, guarded by the policy's etag. Beside a `binauthz_policy` of the same project it makes no sense: that one owns the policy whole.\n\n" +
	"It is judged by what the policy will be with everything else that the same configuration plans for it. What depends on another part, such as a rule on the allowlist patterns that it needs, should say so with `depends_on`: " +
	"then that part is planned and written first. Without it the order is Terraform's, and what would be refused waits until nothing of the policy has been planned, read or written for two seconds. In an apply those that wait hold up to all ten of the places at which Terraform works (`-parallelism`): " +
	"with ten parts or more that need others, it can fail for want of a place, and the plan warns when it sees that. " +
	"The apply judges once more what it is about to write, and writes nothing that locks out or refuses an image that must be admitted."

// replacing is for what terraform taint, -replace and replace_triggered_by do.
const replacing = "A replacement by itself needs it, too, and `create_before_destroy`, without which nothing is enforced between its destroy and its create."

var describeRule = schema.Schema{
	MarkdownDescription: "One rule of a project's policy.\n\n" + sharing + "\n\n" + permissions,
	Attributes:          ruleResourceAttributes(),
}

func ruleResourceAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the rule: `projects/{project}/policy/{scope}/{key}`."},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Id of the project. Defaults to the provider's project. Changing it makes a new rule.",
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"scope": schema.SingleNestedAttribute{
			Required: true, MarkdownDescription: "What the rule is for: exactly one of the attributes. A policy has rules of one kind only, beside the default rule. Changing it makes a new rule.",
			Attributes: scopeAttributes(),
			Validators: []validator.Object{objectvalidator.IsRequired()},
		},
		"must_admit": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Images that the policy has to admit where this rule applies, which for the default rule is where no other does: a plan in which it would refuse one fails, with the reason. Attestations are fetched and verified. " + standing,
		},
		"adopt_existing": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Take over a rule that is there already, which is an error otherwise. " + replacing + " Default `false`.",
		},
		"acknowledge_lockout": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Plan a rule that would lock workloads or GKE's own images out, which is an error otherwise, in the plan and again before the apply writes, and a warning where it comes without a change of the plan. Default `false`.",
		},
	}
	attributes["takes_over"] = schema.StringAttribute{Computed: true, MarkdownDescription: takesOverText}
	maps.Copy(attributes, ruleAttributes())
	return attributes
}

func scopeAttributes() map[string]schema.Attribute {
	only := stringvalidator.LengthAtLeast(1)
	return map[string]schema.Attribute{
		"default": schema.BoolAttribute{
			Optional: true, MarkdownDescription: "`true`: the default rule. A destroy puts back the one that was there before.",
			Validators: []validator.Bool{boolvalidator.Equals(true)},
		},
		"cluster":                    schema.StringAttribute{Optional: true, MarkdownDescription: "A cluster: `{location}.{cluster}`.", Validators: []validator.String{only}},
		"kubernetes_namespace":       schema.StringAttribute{Optional: true, MarkdownDescription: "A Kubernetes namespace.", Validators: []validator.String{only}},
		"kubernetes_service_account": schema.StringAttribute{Optional: true, MarkdownDescription: "A Kubernetes service account: `{namespace}:{service account}`.", Validators: []validator.String{only}},
		"istio_service_identity":     schema.StringAttribute{Optional: true, MarkdownDescription: "An Istio service identity: `spiffe://{domain}/ns/{namespace}/sa/{service account}`, with or without `spiffe://`.", Validators: []validator.String{only}},
	}
}
