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
	MarkdownDescription: "The pods of GKE clusters and the images that they run, from Cloud Asset Inventory: all clusters of a project, a folder or an organization, without a kubeconfig. " +
		"`requests` goes into `must_admit_in` of a `binauthz_policy`: a plan then fails if the planned policy would refuse something that runs. " +
		"With `evaluate`, `refused` lists what the policies as they are would refuse if it was made anew.\n\n" +
		"The inventory is a snapshot of `as_of`, some minutes old: pods that were made since are not in it, and what the inventory does not record (clusters outside GKE, deployments without pods, jobs between two runs without a pod left) is not either. " +
		"Pods that have ended are left out, but for those of jobs, whose next run asks for the same images.\n\n" +
		"Permission: `cloudasset.assets.listResource` on the scope (role `roles/cloudasset.viewer`), with `cloudasset.googleapis.com` enabled in the project that makes the call. With `evaluate` also what `binauthz_admission` needs.",
	Attributes: map[string]schema.Attribute{
		"id": computed("The scope."),
		"scope": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "`projects/{id or number}`, `folders/{number}` or `organizations/{number}`. Absent, it is the provider's project.",
			Validators: []validator.String{stringvalidator.RegexMatches(scopeForm, "want projects/{id or number}, folders/{number} or organizations/{number}")},
		},
		"clusters": schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Clusters that are looked at: `{location}.{cluster}`. Absent: all.",
			Validators: []validator.Set{setvalidator.ValueStringsAre(guard.ClusterKey)},
		},
		"kubernetes_namespaces": schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Namespaces that are looked at. Absent: all."},
		"evaluate":              schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether the requests are judged by the policies as they are: see `refused`. Default `false`."},
		"as_of":                 computed("The moment of the snapshot, in RFC 3339."),
		"pods":                  schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of pods."},
		"workloads": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "What the pods belong to, sorted by cluster, namespace and workload.",
			NestedObject: schema.NestedAttributeObject{Attributes: workloadAttributes},
		},
		"requests": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "What has to be admitted for all of them to come up again, without repetitions, sorted by image. It fits `must_admit_in` of `binauthz_policy`.",
			NestedObject: schema.NestedAttributeObject{Attributes: requestAttributes()},
		},
		"refused": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "With `evaluate`: the requests that the policy of the cluster's project would refuse now, enforced or in a dry run, as if the cluster evaluates it. Null otherwise.",
			NestedObject: schema.NestedAttributeObject{Attributes: refusedAttributes()},
		},
	},
}

var workloadAttributes = map[string]schema.Attribute{
	"cluster":                    computed("Full name of the cluster."),
	"kubernetes_namespace":       computed("The namespace."),
	"kubernetes_service_account": computed("`{namespace}:{service account}`."),
	"workload":                   computed("What makes the pods, such as `Deployment web`; `Pod {name}` for a bare pod."),
	"pods":                       schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of pods."},
	"images": schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: "The images, sorted.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"image":      computed("The image as the pods ask for it. This text is judged."),
			"running":    schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "What runs, with its digest: what is to be attested. Empty where the inventory does not tell it."},
			"containers": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Names of the containers, init and ephemeral ones too."},
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
		"workload":                   computed("What runs the image, for messages."),
	}
}

func refusedAttributes() map[string]schema.Attribute {
	all := requestAttributes()
	maps.Copy(all, map[string]schema.Attribute{
		"would_block": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether it is admitted only because the rule is a dry run."},
		"reason":      computed("Why, in the words of the service."),
	})
	return all
}

func computed(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}
