package platformpolicy

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

func evaluationAttributes() map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		"id":         answered("Full name of the policy: `projects/{project}/platforms/gke/policies/{name}`."),
		fieldProject: readProject,
		"verdict": answered("`CONFORMANT` if every image conforms, `NON_CONFORMANT` if at least one does not, otherwise `ERROR`: at " +
			"least one could not be evaluated, or has no result."),
		"explanation": answered("Why the verdict is not `CONFORMANT`, for an `error_message`: a line for each image and check, in " +
			"the service's words. Empty for `CONFORMANT`."),
		"results": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "The result for each pod, in the order of the manifest.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"workload":        answered("The workload of the pod, such as `Deployment web`."),
				"pod_name":        answered("Name of the pod. For a pod template, the name of the workload."),
				"namespace":       answered("The namespace of the pod in the evaluation."),
				"service_account": answered("The service account of the pod in the evaluation."),
				"verdict":         answered("`CONFORMANT`, `NON_CONFORMANT` or `ERROR`."),
				"images": schema.ListNestedAttribute{
					Computed: true, MarkdownDescription: "The result for each image of the pod.",
					NestedObject: schema.NestedAttributeObject{Attributes: imageResultAttributes},
				},
			}},
		},
	}
	for name, text := range inputs {
		all[name] = schema.StringAttribute{Required: name == fieldPolicy, Optional: name != fieldPolicy, MarkdownDescription: text}
	}
	return all
}

// answered is a computed text.
func answered(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}

var imageResultAttributes = map[string]schema.Attribute{
	"image":       answered("The image."),
	"verdict":     answered("`CONFORMANT`, `NON_CONFORMANT` or `ERROR`."),
	"explanation": answered("The reason for the verdict, if no check set was evaluated."),
	"allowlist_pattern": answered("The pattern of the policy's allowlist for the image. No check set was then evaluated. " +
		"Empty if no pattern matches."),
	"check_set": schema.SingleNestedAttribute{
		Computed: true, MarkdownDescription: "The result of the pod's check set. Null if none was evaluated.",
		Attributes: map[string]schema.Attribute{
			"index":        schema.Int64Attribute{Computed: true, MarkdownDescription: "Index of the check set in the policy, from 0."},
			"display_name": answered("Name of the check set."),
			"scope": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "Scope of the check set. Null if it has none.",
				Attributes: map[string]schema.Attribute{
					"kubernetes_namespace": answered("A Kubernetes namespace. Empty if the scope is a service account."),
					"kubernetes_service_account": answered("A Kubernetes service account with its namespace. " +
						"Empty if the scope is a namespace."),
				},
			},
			"explanation":       answered("The reason for the verdict, if no check was evaluated."),
			"allowlist_pattern": answered("The pattern of the check set's allowlist for the image. Empty if no pattern matches."),
			"checks": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The result of each check, in the order of the check set.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"index": schema.Int64Attribute{
						Computed: true, MarkdownDescription: "Index of the check in the check set, from 0.",
					},
					"display_name": answered("Name of the check."),
					"type":         answered("The kind of check in the service's words, such as `TrustedDirectoryCheck`."),
					"verdict": answered("`CONFORMANT`, `NON_CONFORMANT`, or `ERROR` if the check could not be evaluated. Also " +
						"`CONFORMANT` if the check's allowlist exempts the image."),
					"explanation":       answered("The reason, in the service's words."),
					"allowlist_pattern": answered("The pattern of the check's allowlist for the image. Empty if no pattern matches."),
				}},
			},
		},
	},
}
