package cluster

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/clusterop"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// The effects of a destroy.
const (
	deletionRestore = "RESTORE"
	deletionDisable = "DISABLE"
	deletionPrevent = "PREVENT"
	deletionAbandon = "ABANDON"
)

var describe = schema.Schema{
	MarkdownDescription: "The Binary Authorization setting of a GKE cluster, Standard or Autopilot. The resource " +
		"manages no other part of the cluster. The cluster must exist at apply; the provider waits for a cluster " +
		"still being created.\n\nEvery change of the setting is a single update, and the cluster is never disabled " +
		"in between. Exception: `POLICY_BINDINGS` without `policy_bindings` is `DISABLED` until a policy is bound. Let " +
		"the settings wait for the first binding: `depends_on = [binauthz_cluster_policy_binding.NAME]`.\n\nThe " +
		"provider waits while another operation keeps the cluster busy. If an apply is interrupted, " +
		"or reaches its time limit before the operation ends, the next plan waits for the same operation. A create then warns: an " +
		"error would taint the resource.\n\nPermissions: `container.clusters.get`, `container.clusters.update` and " +
		"`container.operations.get` (role `roles/container.clusterAdmin`). Optional: `container.clusters.list` and " +
		"`container.operations.list` make plans and applies over many clusters cheaper, " +
		"and show the operation on a busy cluster.",
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Full name of the cluster: `projects/{project}/locations/{location}/clusters/{cluster}`.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"cluster": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "The cluster: `projects/{project}/locations/{location}/clusters/{cluster}`, its " +
				"self link, or `{location}/{cluster}` in the provider's project. Location is a region or a zone. " +
				"Another cluster replaces the resource, and `deletion_policy` decides about the old cluster.",
		},
		"evaluation_mode": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Evaluation of the cluster: `DISABLED`; `PROJECT_SINGLETON_POLICY_ENFORCE`, the " +
				"project's policy, which can block images; `POLICY_BINDINGS`, the platform policies bound to the " +
				"cluster, by continuous validation, which only audits; or " +
				"`POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE`, both. Without `policy_bindings`, the mode " +
				"only decides about the project's policy. Others manage the bindings, and the plan stays empty if " +
				"they bind the first platform policy or unbind the last one. A change to a mode without bindings is " +
				"then refused while the cluster has bindings.",
			Validators: []validator.String{
				stringvalidator.OneOf(gcp.ModeDisabled, gcp.ModeProjectPolicy, gcp.ModeBindings, gcp.ModeBindingsAndProjectPolicy),
			},
		},
		"policy_bindings": schema.SetAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Names of all platform policies bound to the cluster, at most 10: " +
				"`projects/{project}/platforms/gke/policies/{policy}`, with the id or the number of the project. " +
				"Absent means that bindings are not managed here: existing bindings stay, the attribute shows them, " +
				"and others manage them, such as `binauthz_cluster_policy_binding`. `[]` means none. With a list or " +
				"`[]`, the apply removes all other bindings; the plan names them.",
		},
		"takes_over": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The bindings that the create removes, because `policy_bindings` does not list them. If they " +
				"change before the apply, or the plan could not read the cluster or did not know the list, the apply stops and " +
				"writes nothing. Terraform then reports an inconsistent final plan with both values of this attribute. Absent if the " +
				"create removes none.",
		},
		"deletion_policy": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(deletionRestore),
			MarkdownDescription: "Effect of a destroy. `RESTORE` (default) restores the setting from before this " +
				"resource, or from its import; with `policy_bindings` also the earlier bindings, instead of the listed " +
				"ones. `DISABLE` stops the evaluation of the project's policy, and with `policy_bindings` removes the " +
				"listed bindings. `PREVENT` refuses the destroy. `ABANDON` leaves the cluster as it is. Bindings not " +
				"listed by the last apply, or added after the plan, always stay.",
			Validators: []validator.String{stringvalidator.OneOf(deletionRestore, deletionDisable, deletionPrevent, deletionAbandon)},
		},
	},
	Blocks: map[string]schema.Block{
		"timeouts": clusterop.Limits(),
	},
}
