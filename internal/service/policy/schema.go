package policy

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

// What a destroy does to the policy.
const (
	deletionRestore = "RESTORE"
	deletionReset   = "RESET"
	deletionPrevent = "PREVENT"
	deletionAbandon = "ABANDON"
)

var describe = schema.Schema{
	MarkdownDescription: "The policy of a project as a whole: it decides for every cluster that evaluates it. A project has exactly one, so this resource takes over what is there; " +
		"it refuses to do so unless that is Google's default, the policy was imported, or `adopt_existing` is set.\n\n" +
		"An update carries the etag that the plan saw: if somebody changed the policy since, the apply stops, says what changed, and writes nothing. " +
		"To share one policy between several configurations use `binauthz_policy_rule` and `binauthz_policy_allowlist_pattern` instead, never both.\n\n" + rulevalue.Permissions,
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Full name of the policy: `projects/{project}/policy`.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Id of the project. Absent or empty, it is the provider's. Changing it leaves the old project's policy to `deletion_policy` and takes over the new one's.",
			Validators: []validator.String{lifecycle.ProjectID},
		},
		"description": schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "What the policy is for. Absent means empty."},
		"global_policy_evaluation_mode": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "`ENABLE` admits the images that Google's own system policy lists, whatever the rules say; `DISABLE` does not, and then a rule that blocks them can keep a cluster from coming up. Absent: what is there is kept.",
			Validators:          []validator.String{stringvalidator.OneOf("ENABLE", "DISABLE")},
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"admission_whitelist_patterns": schema.SetAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Images that are admitted without a look at the rules, such as `us-docker.pkg.dev/acme/base/**`. `*` at the end stands for anything within one directory, `**` also for directories below. Absent or empty: none.",
		},
		"default_admission_rule":                     rule("The rule for every pod that no other rule is for.", true),
		"cluster_admission_rules":                    rules("Rules for single clusters, by `{location}.{cluster}`, for example `us-central1.dev`."),
		"kubernetes_namespace_admission_rules":       rules("Rules for Kubernetes namespaces, by `{namespace}`."),
		"kubernetes_service_account_admission_rules": rules("Rules for Kubernetes service accounts, by `{namespace}:{service account}`."),
		"istio_service_identity_admission_rules":     rules("Rules for Istio service identities, by `spiffe://{domain}/ns/{namespace}/sa/{service account}`, with or without `spiffe://`."),
		"must_admit": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Images that the planned policy has to admit wherever it decides: a plan in which it would refuse one fails, with the reason. Attestations are fetched and verified. " + rulevalue.Standing,
		},
		"must_admit_in": schema.ListNestedAttribute{
			Optional: true, MarkdownDescription: "As `must_admit`, for one cluster, namespace or service account. `requests` of `binauthz_workloads` fits here.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"image":                      schema.StringAttribute{Optional: true, MarkdownDescription: "The image. Exactly one of `image` and `manifest`."},
				"manifest":                   schema.StringAttribute{Optional: true, MarkdownDescription: rulevalue.Manifest + " All of its images have to be admitted."},
				"cluster":                    schema.StringAttribute{Optional: true, MarkdownDescription: "`{location}.{cluster}`."},
				"kubernetes_namespace":       schema.StringAttribute{Optional: true, MarkdownDescription: "The namespace. Absent, it is that of the manifest, if that has one."},
				"kubernetes_service_account": schema.StringAttribute{Optional: true, MarkdownDescription: "`{namespace}:{service account}`. Absent, it is that of the manifest."},
				"istio_service_identity":     schema.StringAttribute{Optional: true, MarkdownDescription: "The Istio service identity."},
				"project": schema.StringAttribute{
					Optional: true, MarkdownDescription: "The project of the cluster. An element of another project than the policy's is not checked: that project's policy decides there.",
				},
				"running": schema.BoolAttribute{
					Optional: true, MarkdownDescription: "`true`: the image runs now. Only attestations that exist count, not those that the same run makes, so the plan knows for certain.",
				},
				"workload": schema.StringAttribute{Optional: true, MarkdownDescription: "What runs the image, for messages."},
			}},
		},
		guard.FieldGate: guard.GateAttribute,
		"adopt_existing": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Take over a policy that is not Google's default. What was there is remembered for `deletion_policy = \"RESTORE\"`. Default `false`.",
		},
		"acknowledge_lockout": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Plan a policy that would lock workloads or GKE's own images out, or a destroy that leaves one" + rulevalue.Acknowledge,
		},
		"deletion_policy": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(deletionRestore),
			MarkdownDescription: "What a destroy does: `RESTORE` (default) writes back the policy from before this resource came, or from when it was imported; `RESET` writes Google's default, which admits everything; " +
				"`PREVENT` refuses the destroy; `ABANDON` leaves the policy as it is.",
			Validators: []validator.String{stringvalidator.OneOf(deletionRestore, deletionReset, deletionPrevent, deletionAbandon)},
		},
		"takes_over":  schema.StringAttribute{Computed: true, MarkdownDescription: lifecycle.TakesOverText},
		"etag":        schema.StringAttribute{Computed: true, MarkdownDescription: "Google's mark of this version of the policy."},
		"update_time": schema.StringAttribute{Computed: true, MarkdownDescription: "When the policy was last changed, in RFC 3339. Absent for one that was never written."},
	},
}

func rule(text string, required bool) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Required: required, Optional: !required, MarkdownDescription: text, Attributes: rulevalue.Attributes()}
}

func rules(text string) schema.MapNestedAttribute {
	return schema.MapNestedAttribute{
		Optional: true, Computed: true, MarkdownDescription: text + " A policy has rules of one kind only.",
		NestedObject: schema.NestedAttributeObject{Attributes: rulevalue.Attributes()},
		Validators:   []validator.Map{mapvalidator.KeysAre(stringvalidator.LengthAtLeast(1))},
	}
}
