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

const aboutCases = "A test of a policy, as data: which images it has to admit, to refuse, or to admit by a dry run only. " +
	"A case that turns out otherwise is an error that shows what was expected, what came and why; so it fails a plan, an apply and " +
	"`terraform test`, and in a `check` block it is a warning.\n\n" +
	"With `policy` the cases are judged by that policy, which need not exist. " +
	"Through a local value, `policy = local.policy` and `locals { policy = binauthz_policy.NAME }`, it is the one that is planned, " +
	"and the plan fails before anything is written. What names a resource that changes without a detour, Terraform reads during the apply, " +
	"after it has written the resource.\n\nNo call is made with `policy`: " +
	"an image is attested by those that `attested_by` of its case names and by nobody else, whether or not they exist, " +
	"and Google's system policy is not known. So an image that only `global_policy_evaluation_mode = \"ENABLE\"` would admit is refused, " +
	"and the reason says that the system policy could exempt it. No account is needed.\n\n" +
	"Without `policy`, the project's policy as it is now decides, as in `binauthz_admission`: attestations are fetched and verified, " +
	"Google's system policy counts where it does, and the same permissions are needed.\n\n" +
	"Cases can be kept in a file: `yamldecode(file(\"${path.module}/cases.yaml\"))`. Terraform drops names of attributes that do not exist " +
	"without a word, so what is misspelled is not there."

func describeCases() schema.Schema {
	return schema.Schema{
		MarkdownDescription: aboutCases,
		Attributes: map[string]schema.Attribute{
			"id": computed("Full name of the policy: `projects/{project}/policy`; `policy` for one that is given and whose project nothing tells."),
			"project": schema.StringAttribute{
				Optional: true, Computed: true, Validators: []validator.String{lifecycle.ProjectID},
				MarkdownDescription: "Id of the project of the policy. Absent or empty, it is that of `policy`, else the provider's. " +
					"A policy that is given needs none if all names of attestors are full ones.",
			},
			fieldPolicy: schema.SingleNestedAttribute{
				Optional: true, Attributes: policyAttributes(),
				MarkdownDescription: "The policy that decides: an object with these attributes of `binauthz_policy`; others are ignored. " +
					"Absent, it is the project's as it is now.",
			},
			fieldCases: schema.ListNestedAttribute{
				Required: true, MarkdownDescription: "The cases.", Validators: []validator.List{listvalidator.SizeAtLeast(1)},
				NestedObject: schema.NestedAttributeObject{Attributes: with(placeAttributes(), caseAttributes())},
			},
			"fail": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether a case that fails is an error. Default `true`; with `false` only `passed` and `results` tell.",
			},
			"passed": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether all cases turned out as expected."},
			"results": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "What has come of each case, in their order.", NestedObject: result,
			},
		},
	}
}

// policyAttributes are the attributes of binauthz_policy that decide.
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
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Images that are admitted without a look at the rules.",
		},
		"default_admission_rule": schema.SingleNestedAttribute{
			Required: true, MarkdownDescription: "The rule for every pod that no other rule is for.", Attributes: rulevalue.Given(),
		},
		"cluster_admission_rules":                    rules("Rules for single clusters."),
		"kubernetes_namespace_admission_rules":       rules("Rules for Kubernetes namespaces."),
		"kubernetes_service_account_admission_rules": rules("Rules for Kubernetes service accounts."),
		"istio_service_identity_admission_rules":     rules("Rules for Istio service identities."),
	}
}

func caseAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{Optional: true, MarkdownDescription: "What the case is about, for messages."},
		"expect": schema.StringAttribute{
			Required: true, Validators: []validator.String{stringvalidator.OneOf(expectations...)},
			MarkdownDescription: "What the policy has to say: `ADMIT`, `DENY`, or `DRY_RUN` where the image may run only because " +
				"the rule is a dry run. " +
				"Of several images in a manifest, the one that is admitted least decides.",
		},
		fieldAttestedBy: schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "With `policy` only: the attestors that have attested the image, or every image of the manifest, by full names " +
				"`projects/{project}/attestors/{attestor}` or short ones in the policy's project. It is not looked up.",
		},
	}
}

var result = schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
	"name":   computed("The name of the case."),
	"image":  computed("The image; of a manifest, the one that is admitted least."),
	"expect": computed("What was expected."),
	"got":    computed("What came: `ADMIT`, `DENY` or `DRY_RUN`."),
	"rule":   computed("What decided, as in `binauthz_admission`."),
	"reason": computed("Why, in one line, as in `binauthz_admission`."),
	"passed": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether that is what was expected."},
}}
