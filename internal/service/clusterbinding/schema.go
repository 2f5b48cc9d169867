package clusterbinding

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/binauthz/terraform-provider-binauthz/internal/clusterop"
)

var describe = schema.Schema{
	MarkdownDescription: "One platform policy that a GKE cluster is bound to, for continuous validation (CV). The other bindings of " +
		"the cluster survive, whoever keeps them. " +
		"Bindings only audit: CV logs which pods violate the policy, and keeps none from running.\n\n" +
		"The cluster's mode follows from what is bound: the first binding makes `DISABLED` `POLICY_BINDINGS`, and " +
		"`PROJECT_SINGLETON_POLICY_ENFORCE` `POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE`; " +
		"when the last one goes, it is the other way round. Whether the project's policy is evaluated never changes by it: " +
		"`binauthz_cluster_settings` says that, and has to leave `policy_bindings` out beside this resource. " +
		"Write one of the two modes with bindings there: what comes first does not matter then.\n\n" +
		"Several bindings of one cluster become one update, together with what changes in its settings; an update takes minutes. A " +
		"cluster that another operation keeps busy is waited for. " +
		"An apply that is interrupted, or whose time limit ends before the operation does, is resumed by the next plan: a create says " +
		"so in a warning.\n\n" +
		"A cluster has 10 bindings at most. They are in GKE's v1beta1 API alone: CV with platform policies is a preview.\n\n" +
		"Permissions: `container.clusters.get`, `container.clusters.update` and `container.operations.get` (role " +
		"`roles/container.clusterAdmin`); " +
		"`container.clusters.list` and `container.operations.list` make plans and applies over many clusters cheaper, and are needed " +
		"to see what keeps a cluster busy.",
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "What an import takes: `projects/{project}/locations/{location}/clusters/{cluster} " +
				"projects/{project}/platforms/gke/policies/{policy}`.",
		},
		"cluster": schema.StringAttribute{
			Required: true, MarkdownDescription: "The cluster: `projects/{project}/locations/{location}/clusters/{cluster}`, its self " +
				"link, or `{location}/{cluster}` in the provider's project. " +
				"Location is a region or a zone. Naming another cluster makes a new binding.",
		},
		"policy": schema.StringAttribute{
			Required: true, MarkdownDescription: "The platform policy: `projects/{project}/platforms/gke/policies/{policy}`, with the " +
				"id of its project or the number. The two are the same; another policy makes a new binding.",
		},
	},
	Blocks: map[string]schema.Block{
		"timeouts": clusterop.Limits(false),
	},
}
