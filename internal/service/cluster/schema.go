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

// What a destroy does to the cluster.
const (
	deletionRestore = "RESTORE"
	deletionDisable = "DISABLE"
	deletionPrevent = "PREVENT"
	deletionAbandon = "ABANDON"
)

var describe = schema.Schema{
	MarkdownDescription: "The Binary Authorization setting of a GKE cluster, Standard or Autopilot, and nothing else of it: whoever made the cluster keeps the rest. " +
		"The cluster has to exist when the resource is applied; one that is still being created is waited for.\n\n" +
		"One update brings the cluster from any setting to any other; it is never disabled in between. A cluster that another " +
		"operation keeps busy is waited for. " +
		"An apply that is interrupted, or whose time limit ends before the operation does, is resumed by the next plan: a create says so in a warning, not in an error, because an error would taint the resource.\n\n" +
		"Permissions: `container.clusters.get`, `container.clusters.update` and `container.operations.get` (role `roles/container.clusterAdmin`); " +
		"`container.clusters.list` and `container.operations.list` make plans and applies over many clusters cheaper, and are needed to see what keeps a cluster busy.",
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Full name of the cluster: `projects/{project}/locations/{location}/clusters/{cluster}`.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"cluster": schema.StringAttribute{
			Required: true, MarkdownDescription: "The cluster: `projects/{project}/locations/{location}/clusters/{cluster}`, its self link, or `{location}/{cluster}` in the provider's project. " +
				"Location is a region or a zone. Naming another cluster replaces the resource: this cluster is left as `deletion_policy` says.",
		},
		"evaluation_mode": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "What the cluster evaluates: `DISABLED`; `PROJECT_SINGLETON_POLICY_ENFORCE`, the project's policy, " +
				"which decides what may run; `POLICY_BINDINGS`, the platform policies that are bound to the cluster, " +
				"by continuous validation, which only audits; or `POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE`, both. " +
				"Without `policy_bindings` it says only whether the project's policy is evaluated: which policies are bound, others " +
				"decide, and the plan stays empty when they bind the first or unbind the last one. " +
				"To change to a mode without bindings on a cluster that has some is refused then.",
			Validators: []validator.String{stringvalidator.OneOf(gcp.ModeDisabled, gcp.ModeProjectPolicy, gcp.ModeBindings, gcp.ModeBindingsAndProjectPolicy)},
		},
		"policy_bindings": schema.SetAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Names of all platform policies that the cluster is bound to, 10 at most: " +
				"`projects/{project}/platforms/gke/policies/{policy}`; the project's id and its number are the same. " +
				"Absent, bindings are not managed here: those that the cluster has stay, and the attribute shows them; others keep " +
				"them, such as `binauthz_cluster_policy_binding`. " +
				"`[]` means none. With a list or `[]`, the bindings that it lacks are removed, whoever made them; the plan names them.",
		},
		"deletion_policy": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(deletionRestore),
			MarkdownDescription: "What a destroy does: `RESTORE` (default) goes back to what the cluster evaluated before this " +
				"resource came, or when it was imported, and with `policy_bindings` also to the policies that were bound then; " +
				"`DISABLE` stops evaluating the project's policy, and with `policy_bindings` unbinds those; `PREVENT` refuses the " +
				"destroy; `ABANDON` leaves the cluster as it is. " +
				"Bindings that are not managed here, or that came since the plan, are kept in every case.",
			Validators: []validator.String{stringvalidator.OneOf(deletionRestore, deletionDisable, deletionPrevent, deletionAbandon)},
		},
	},
	Blocks: map[string]schema.Block{
		"timeouts": clusterop.Limits(true),
	},
}
