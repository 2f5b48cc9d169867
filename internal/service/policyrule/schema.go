package policyrule

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

var describe = schema.Schema{
	MarkdownDescription: "One rule of a project's policy.\n\n" + rulevalue.Sharing + "\n\n" + rulevalue.Permissions,
	Attributes:          attributes(),
}

func attributes() map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the rule: " +
			"`projects/{project}/policy/{scope}/{key}`. The key of an Istio service identity is without `spiffe://`."},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Id of the project. Absent or empty means the provider's project. A " +
				"change creates a new rule.",
			Validators: []validator.String{lifecycle.ProjectID},
		},
		"scope": schema.SingleNestedAttribute{
			Required: true, MarkdownDescription: "Scope of the rule: exactly one of the attributes. Besides the default rule, a policy " +
				"has rules of one kind only. A change creates a new rule.",
			Attributes: scopeAttributes(),
			Validators: []validator.Object{objectvalidator.IsRequired()},
		},
		"must_admit": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Images to be admitted in the scope of this rule. The default rule applies to workloads without " +
				"another rule. If the planned policy would refuse one, the plan fails with the reason. The provider fetches and " +
				"verifies attestations. " + rulevalue.Standing,
		},
		"needs":         schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: rulevalue.Needs},
		guard.FieldGate: guard.GateAttribute,
		"adopt_existing": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Take over an existing rule. Otherwise the create of an existing rule is an error. Default `false`.",
		},
		"acknowledge_lockout": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Allow a rule that locks out workloads or GKE's own images." + rulevalue.Acknowledge,
		},
		"takes_over": schema.StringAttribute{Computed: true, MarkdownDescription: lifecycle.TakesOverText},
	}
	maps.Copy(all, rulevalue.Attributes())
	return all
}

func scopeAttributes() map[string]schema.Attribute {
	only := stringvalidator.LengthAtLeast(1)
	return map[string]schema.Attribute{
		"default": schema.BoolAttribute{
			Optional: true, MarkdownDescription: "`true`: the default rule. A destroy restores the earlier default rule.",
			Validators: []validator.Bool{boolvalidator.Equals(true)},
		},
		"cluster": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "A cluster: `{location}.{cluster}`.",
			Validators:          []validator.String{only},
		},
		"kubernetes_namespace": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "A Kubernetes namespace.",
			Validators:          []validator.String{only},
		},
		"kubernetes_service_account": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "A Kubernetes service account: `{namespace}:{service account}`.",
			Validators:          []validator.String{only},
		},
		"istio_service_identity": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "An Istio service identity: `spiffe://{domain}/ns/{namespace}/sa/{service account}`, " +
				"with or without `spiffe://`. Both are the same rule.",
			Validators: []validator.String{only},
		},
	}
}
