package policy

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

const aboutCases = "A test of a policy: a list of images with the expected decision `ADMIT`, `DENY` or `DRY_RUN`. " +
	"If the policy decides otherwise, the error shows the expected decision, the actual one, and the reason. " +
	"The error fails a plan, an apply and `terraform test`. In a `check` block it is a warning.\n\n" +
	"With `policy`, the provider evaluates this policy; it does not have to exist. To test the planned policy, use a local value: " +
	"`policy = local.policy` and `locals { policy = binauthz_policy.NAME }`. The plan then fails before anything is written. " +
	"With a direct reference to a changed resource, Terraform reads the data source during the apply, after the write.\n\n" +
	"With `policy`, the provider makes no call and needs no account. Only the attestors in `attested_by` have attested an image; " +
	"they do not have to exist. Google's system policy is unknown. So an image admitted only by " +
	"`global_policy_evaluation_mode = \"ENABLE\"` is refused, and the reason mentions the system policy.\n\n" +
	"Without `policy`, the provider evaluates the current policy of the project, as `binauthz_admission` does: with the existing " +
	"attestations, with Google's system policy if the policy enables it, and with the same permissions: " +
	"`binaryauthorization.policy.get`, and for required attestors `binaryauthorization.attestors.get` and " +
	"`containeranalysis.notes.listOccurrences` on their notes.\n\n" +
	"The cases can be in a file: `yamldecode(file(\"${path.module}/cases.yaml\"))`. Check the spelling of the attributes in it: " +
	"Terraform silently ignores unknown ones."

func describeCases() schema.Schema {
	return schema.Schema{
		MarkdownDescription: aboutCases,
		Attributes: map[string]schema.Attribute{
			"id": computed("Full name of the policy: `projects/{project}/policy`. `policy` for a given policy without a project."),
			"project": schema.StringAttribute{
				Optional: true, Computed: true, Validators: []validator.String{lifecycle.ProjectID},
				MarkdownDescription: "Id of the project of the policy. Absent or empty means the project of `policy`, else the " +
					"provider's project. With `policy`, a project is required only for short names of attestors.",
			},
			fieldPolicy: schema.SingleNestedAttribute{
				Optional: true, Attributes: policyAttributes(),
				MarkdownDescription: "The policy to test: an object with these attributes of `binauthz_policy`; others are ignored. " +
					"Absent means the current policy of the project.",
			},
			fieldCases: schema.ListNestedAttribute{
				Required: true, MarkdownDescription: "The cases.", Validators: []validator.List{listvalidator.SizeAtLeast(1)},
				NestedObject: schema.NestedAttributeObject{Attributes: with(placeAttributes(), caseAttributes())},
			},
			"fail": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether a failed case is an error. Default `true`. With `false`, only `passed` and `results` " +
					"show it.",
			},
			"passed": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether all cases have the expected decision."},
			"results": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The result of each case, in the order of `cases`.", NestedObject: result,
			},
		},
	}
}

// policyAttributes are the attributes of binauthz_policy with an influence on decisions.
func policyAttributes() map[string]schema.Attribute {
	rules := func(text string) schema.MapNestedAttribute {
		return schema.MapNestedAttribute{
			Optional: true, MarkdownDescription: text, NestedObject: schema.NestedAttributeObject{Attributes: rulevalue.Given()},
		}
	}
	return map[string]schema.Attribute{
		"project": schema.StringAttribute{Optional: true, MarkdownDescription: "Id of the policy's project."},
		"global_policy_evaluation_mode": schema.StringAttribute{
			Optional: true, MarkdownDescription: "`ENABLE` or `DISABLE`. Absent means `DISABLE`.",
			Validators: []validator.String{stringvalidator.OneOf("ENABLE", "DISABLE")},
		},
		"admission_whitelist_patterns": schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Images exempt from all rules.",
		},
		"default_admission_rule": schema.SingleNestedAttribute{
			Required: true, MarkdownDescription: "The rule for all pods without a more specific rule.", Attributes: rulevalue.Given(),
		},
		"cluster_admission_rules":                    rules("Rules for single clusters."),
		"kubernetes_namespace_admission_rules":       rules("Rules for Kubernetes namespaces."),
		"kubernetes_service_account_admission_rules": rules("Rules for Kubernetes service accounts."),
		"istio_service_identity_admission_rules":     rules("Rules for Istio service identities."),
	}
}

func caseAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{Optional: true, MarkdownDescription: "Name of the case, for messages."},
		"expect": schema.StringAttribute{
			Required: true, Validators: []validator.String{stringvalidator.OneOf(expectations...)},
			MarkdownDescription: "The expected decision: `ADMIT`, `DENY`, or `DRY_RUN` if only a dry run admits the image. " +
				"For a manifest with several images: the decision on the image with the strictest verdict.",
		},
		fieldAttestedBy: schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Only with `policy`: the attestors assumed to have attested the image, or every image of the manifest. " +
				"Full names `projects/{project}/attestors/{attestor}`, or short names in the project of the policy. The provider does " +
				"not check them.",
		},
	}
}

var result = schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
	"name":   computed("The name of the case."),
	"image":  computed("The image. For a manifest: the image with the strictest verdict."),
	"expect": computed("The expected decision."),
	"got":    computed("The actual decision: `ADMIT`, `DENY` or `DRY_RUN`."),
	"rule":   computed("The deciding part of the policy, as in `binauthz_admission`."),
	"reason": computed("The reason, in one line, as in `binauthz_admission`."),
	"passed": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the actual decision is the expected one."},
}}
