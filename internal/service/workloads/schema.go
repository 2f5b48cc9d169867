package workloads

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
)

var describe = schema.Schema{
	MarkdownDescription: "The pods of GKE clusters and their images, from Cloud Asset Inventory: all clusters of a " +
		"project, a folder or an organization, without a kubeconfig. Pass `requests` to `must_admit_in` of a " +
		"`binauthz_policy`: a plan then fails if the planned policy would refuse a running image. With `evaluate`, " +
		"`refused` lists the images that the current policies would refuse at a restart.\n\nThe inventory is a " +
		"snapshot of the time `as_of`, some minutes old. It does not include newer pods, clusters outside GKE, " +
		"deployments without pods, or jobs without a pod between two runs. Finished pods are left out, except pods " +
		"of jobs: the next run needs the same images.\n\nPermission: `cloudasset.assets.listResource` on the scope " +
		"(role `roles/cloudasset.viewer`), with `cloudasset.googleapis.com` enabled in the calling project. With " +
		"`evaluate` also `binaryauthorization.policy.get`, `binaryauthorization.attestors.get` and " +
		"`containeranalysis.notes.listOccurrences`, as for `binauthz_admission`.",
	Attributes: map[string]schema.Attribute{
		"id": computed("The scope."),
		"scope": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "`projects/{id or number}`, `folders/{number}` or `organizations/{number}`. " +
				"Absent means the provider's project.",
			Validators: []validator.String{stringvalidator.RegexMatches(scopeForm,
				"want projects/{id or number}, folders/{number} or organizations/{number}")},
		},
		"clusters": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Clusters to include: `{location}.{cluster}`. Absent means all.",
			Validators:          []validator.Set{setvalidator.ValueStringsAre(guard.ClusterKey)},
		},
		"kubernetes_namespaces": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Namespaces to include. Absent means all.",
		},
		"evaluate": schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether to evaluate the requests with " +
			"the current policies: see `refused`. Default `false`."},
		"as_of": computed("Time of the snapshot, in RFC 3339."),
		"pods":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of pods."},
		"workloads": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "Owners of the pods, sorted by cluster, namespace and workload.",
			NestedObject: schema.NestedAttributeObject{Attributes: workloadAttributes},
		},
		"requests": schema.ListNestedAttribute{
			Computed: true,
			MarkdownDescription: "The admission requests of a restart of all workloads, without repetitions, " +
				"sorted by image. Valid for `must_admit_in` of `binauthz_policy`.",
			NestedObject: schema.NestedAttributeObject{Attributes: requestAttributes()},
		},
		"refused": schema.ListNestedAttribute{
			Computed: true,
			MarkdownDescription: "With `evaluate`: the requests that the policy of the cluster's project would " +
				"refuse now, enforced or in a dry run, as if the cluster evaluated it. Null otherwise.",
			NestedObject: schema.NestedAttributeObject{Attributes: refusedAttributes()},
		},
	},
}

var workloadAttributes = map[string]schema.Attribute{
	"cluster":                    computed("Full name of the cluster."),
	"kubernetes_namespace":       computed("The namespace."),
	"kubernetes_service_account": computed("`{namespace}:{service account}`."),
	"workload":                   computed("Owner of the pods, such as `Deployment web`; `Pod {name}` for a bare pod."),
	"pods":                       schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of pods."},
	"images": schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: "The images, sorted.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"image": computed("The image as written in the pods. The policy evaluates this text."),
			"running": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "The running images with digest, to be attested. Empty if the inventory does not name them.",
			},
			"containers": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Names of the containers, including init and ephemeral containers.",
			},
		}},
	},
}

func requestAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"image":                      computed("The image."),
		"project":                    computed("The project of the cluster."),
		"cluster":                    computed("`{location}.{cluster}`."),
		"kubernetes_namespace":       computed("The namespace."),
		"kubernetes_service_account": computed("`{namespace}:{service account}`."),
		"running":                    schema.BoolAttribute{Computed: true, MarkdownDescription: "Always true."},
		"workload":                   computed("Workloads with the image, for messages."),
	}
}

func refusedAttributes() map[string]schema.Attribute {
	all := requestAttributes()
	maps.Copy(all, map[string]schema.Attribute{
		"would_block": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the image is admitted only because the rule is a dry run.",
		},
		"reason": computed("Reason, in the words of the service."),
	})
	return all
}

func computed(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}
