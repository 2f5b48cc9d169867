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

// The values of deletion_policy.
const (
	deletionRestore = "RESTORE"
	deletionReset   = "RESET"
	deletionPrevent = "PREVENT"
	deletionAbandon = "ABANDON"
)

var describe = schema.Schema{
	MarkdownDescription: "The whole policy of a project. It applies to every cluster of the project with policy evaluation. " +
		"A project always has exactly one policy, so a create takes over the existing one. It refuses a policy other than Google's " +
		"default, unless `adopt_existing` is set. To keep an existing policy, import it.\n\n" +
		"An update sends the etag from the plan. If the policy has changed since, the apply stops, shows the difference, and writes " +
		"nothing. To share one policy between several configurations, use `binauthz_policy_rule` and " +
		"`binauthz_policy_allowlist_pattern` instead. Never combine them with this resource.\n\n" + rulevalue.Permissions,
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Full name of the policy: `projects/{project}/policy`.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Id of the project. Absent or empty means the provider's project. " +
				"A change applies `deletion_policy` to the policy of the old project, and takes over the policy of the new project.",
			Validators: []validator.String{lifecycle.ProjectID},
		},
		"description": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Description of the policy. Absent means empty.",
		},
		"global_policy_evaluation_mode": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "`ENABLE` admits all images in Google's system policy, independent of the rules. `DISABLE` applies the " +
				"rules to them; a rule that refuses them can prevent a cluster from starting. Absent keeps the current value.",
			Validators:    []validator.String{stringvalidator.OneOf("ENABLE", "DISABLE")},
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"admission_whitelist_patterns": schema.SetAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Images exempt from all rules, such as `us-docker.pkg.dev/acme/base/**`. " +
				"`*` at the end matches any text within one directory, `**` also in subdirectories. Absent or empty means none.",
		},
		"default_admission_rule": rule("The rule for all pods without a more specific rule.", true),
		"cluster_admission_rules": rules(
			"Rules for single clusters, by `{location}.{cluster}`, for example `us-central1.dev`."),
		"kubernetes_namespace_admission_rules":       rules("Rules for Kubernetes namespaces, by `{namespace}`."),
		"kubernetes_service_account_admission_rules": rules("Rules for Kubernetes service accounts, by `{namespace}:{service account}`."),
		"istio_service_identity_admission_rules": rules("Rules for Istio service identities, by " +
			"`spiffe://{domain}/ns/{namespace}/sa/{service account}`, with or without `spiffe://`."),
		"must_admit": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Images to be admitted by every rule of the planned policy. If a rule would refuse one, the plan fails " +
				"with the reason. The provider fetches and verifies attestations. " + rulevalue.Standing,
		},
		"must_admit_in": schema.ListNestedAttribute{
			Optional: true, MarkdownDescription: "Like `must_admit`, for one cluster, namespace or service account. " +
				"Accepts `requests` of `binauthz_workloads`.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"image": schema.StringAttribute{Optional: true, MarkdownDescription: "The image. Exactly one of " +
					"`image` and `manifest`."},
				"manifest": schema.StringAttribute{Optional: true, MarkdownDescription: rulevalue.Manifest + " The policy must admit " +
					"all of its images."},
				"cluster": schema.StringAttribute{Optional: true, MarkdownDescription: "`{location}.{cluster}`."},
				"kubernetes_namespace": schema.StringAttribute{Optional: true, MarkdownDescription: "The namespace. Absent means " +
					"the namespace in the manifest, if any."},
				"kubernetes_service_account": schema.StringAttribute{Optional: true, MarkdownDescription: "`{namespace}:{service " +
					"account}`. Absent means the service account in the manifest."},
				"istio_service_identity": schema.StringAttribute{Optional: true, MarkdownDescription: "The Istio service identity."},
				"project": schema.StringAttribute{
					Optional: true, MarkdownDescription: "The project of the cluster. Elements of other projects are not checked, " +
						"because the policy does not apply to their clusters.",
				},
				"running": schema.BoolAttribute{
					Optional: true, MarkdownDescription: "`true`: the image runs now. Only existing attestations count, not " +
						"attestations created in the same apply, so the plan can decide.",
				},
				"workload": schema.StringAttribute{Optional: true, MarkdownDescription: "The workload of the image, for messages."},
			}},
		},
		guard.FieldGate: guard.GateAttribute,
		"adopt_existing": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Take over a policy other than Google's default. A destroy with `deletion_policy = \"RESTORE\"` " +
				"restores it. Default `false`.",
		},
		"acknowledge_lockout": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Allow a policy that locks out workloads or GKE's own images, or a destroy that leaves such a policy." +
				rulevalue.Acknowledge,
		},
		"deletion_policy": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(deletionRestore),
			MarkdownDescription: "Effect of a destroy. `RESTORE` (default) restores the policy from before the create, or from the time " +
				"of the import. `RESET` writes Google's default policy, which admits all images. `PREVENT` refuses the destroy. " +
				"`ABANDON` leaves the policy unchanged.",
			Validators: []validator.String{stringvalidator.OneOf(deletionRestore, deletionReset, deletionPrevent, deletionAbandon)},
		},
		"takes_over": schema.StringAttribute{Computed: true, MarkdownDescription: lifecycle.TakesOverText},
		"etag":       schema.StringAttribute{Computed: true, MarkdownDescription: "Etag of the policy."},
		"update_time": schema.StringAttribute{Computed: true, MarkdownDescription: "Time of the last change of the policy, in RFC 3339. " +
			"Absent if the policy was never written."},
	},
}

func rule(text string, required bool) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Required:            required,
		Optional:            !required,
		MarkdownDescription: text,
		Attributes:          rulevalue.Attributes(),
	}
}

func rules(text string) schema.MapNestedAttribute {
	return schema.MapNestedAttribute{
		Optional: true, Computed: true, MarkdownDescription: text + " A policy has rules of one kind only.",
		NestedObject: schema.NestedAttributeObject{Attributes: rulevalue.Attributes()},
		Validators:   []validator.Map{mapvalidator.KeysAre(stringvalidator.LengthAtLeast(1))},
	}
}
