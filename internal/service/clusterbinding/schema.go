package clusterbinding

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/binauthz/terraform-provider-binauthz/internal/clusterop"
)

var describe = schema.Schema{
	MarkdownDescription: "One platform policy bound to a GKE cluster, for continuous validation (CV). The resource " +
		"leaves all other bindings of the cluster alone. Bindings only audit: CV logs pods that violate the policy, " +
		"and blocks none.\n\nThe bindings change the cluster's mode: the first binding changes `DISABLED` to " +
		"`POLICY_BINDINGS`, and `PROJECT_SINGLETON_POLICY_ENFORCE` to " +
		"`POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE`. The removal of the last binding changes it back. " +
		"Bindings never change the evaluation of the project's policy: only `binauthz_cluster_settings` does. It " +
		"must not set `policy_bindings` next to this resource. Set it to one of the two modes with bindings.\n\n" +
		"Changes of one cluster that are ready at the same time become one update: of bindings, and of the settings. A " +
		"change that waits for another resource, such as a new platform policy, is an update of its own. So if the " +
		"settings change from `PROJECT_SINGLETON_POLICY_ENFORCE` to `POLICY_BINDINGS` in the apply of the first binding, " +
		"the cluster can be `DISABLED` in between. To prevent this, let the settings wait for the binding: " +
		"`depends_on = [binauthz_cluster_policy_binding.NAME]`.\n\nAn update takes minutes. The provider waits while " +
		"another operation keeps the cluster busy. If an apply is interrupted, or reaches its time limit before the " +
		"operation ends, the next plan waits for the same operation. A create then warns.\n\nA cluster has at most 10 " +
		"bindings. They exist only in GKE's " +
		"v1beta1 API: CV with platform policies is a preview.\n\nPermissions: `container.clusters.get`, " +
		"`container.clusters.update` and `container.operations.get` (role `roles/container.clusterAdmin`). Optional: " +
		"`container.clusters.list` and `container.operations.list` make plans and applies over many clusters " +
		"cheaper, and show the operation on a busy cluster.",
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "Import id: `projects/{project}/locations/{location}/clusters/{cluster} " +
				"projects/{project}/platforms/gke/policies/{policy}`.",
		},
		"cluster": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "The cluster: `projects/{project}/locations/{location}/clusters/{cluster}`, its " +
				"self link, or `{location}/{cluster}` in the provider's project. Location is a region or a zone. " +
				"Another cluster replaces the binding.",
		},
		"policy": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "The platform policy: `projects/{project}/platforms/gke/policies/{policy}`, with " +
				"the id or the number of its project. Both mean the same. Another policy changes the binding in place, " +
				"with one update. Bindings that exchange their policies need one common update, so no `-parallelism=1`. " +
				"The provider cannot convert an id to a number: with an id, a binding that the cluster " +
				"shows by number counts as this one if it is the only one with this short name, even of another " +
				"project. With two such bindings, write the number.",
		},
	},
	Blocks: map[string]schema.Block{
		"timeouts": clusterop.Limits(),
	},
}
