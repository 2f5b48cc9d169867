package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var describe = schema.Schema{
	MarkdownDescription: "Binary Authorization of Google Cloud: the images allowed on GKE clusters, and the " +
		"attestors that vouch for them.",
	Attributes: map[string]schema.Attribute{
		"project": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Default project of all objects. An empty text is the same as none. " + environment("project"),
		},
		"credentials": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "Path or text of a credentials file (service account key, or configuration for " +
				"workload identity federation). Without it and `access_token`, the provider uses Application Default " +
				"Credentials. " + environment("credentials"),
			Validators: []validator.String{notEmpty, stringvalidator.ConflictsWith(path.MatchRoot("access_token"))},
		},
		"access_token": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "OAuth 2.0 access token. It is not refreshed. " + environment("access_token"),
			Validators:          []validator.String{notEmpty},
		},
		"impersonate_service_account": optional("E-mail address of the service " +
			"account to impersonate. " + environment("impersonate_service_account")),
		"impersonate_service_account_delegates": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Chain of service accounts to reach `impersonate_service_account`: each " +
				"impersonates the next, and the last one that account.",
			Validators: []validator.List{listvalidator.ValueStringsAre(notEmpty)},
		},
		"billing_project": optional("Project for quota and billing of the calls, " +
			"with `user_project_override`. " + environment("billing_project")),
		"user_project_override": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Bill the calls to `billing_project`, or without it to the project of each " +
				"object, instead of the project of the credentials. " + environment("user_project_override"),
		},
		"request_timeout": optional("Time limit for one attempt of a call, such as `30s` (the default). The provider " +
			"retries calls after temporary errors."),
		"request_reason":  optional("Reason sent with every call, shown in audit logs. " + environment("request_reason")),
		"universe_domain": optional("Domain of the cloud with the APIs; default `googleapis.com`."),

		"binary_authorization_custom_endpoint": optional(
			"Address of the Binary Authorization API, such as `https://binaryauthorization.googleapis.com/v1/`. " +
				environment("binary_authorization_custom_endpoint")),
		"container_custom_endpoint": optional("Address of the GKE API. " + environment("container_custom_endpoint")),
		"container_analysis_custom_endpoint": optional(
			"Address of the Container Analysis API. " + environment("container_analysis_custom_endpoint")),
		"kms_custom_endpoint": optional("Address of the Cloud KMS API. " + environment("kms_custom_endpoint")),
		"cloud_asset_custom_endpoint": optional("Address of the Cloud Asset API, for `binauthz_workloads`. " +
			environment("cloud_asset_custom_endpoint")),
		"logging_custom_endpoint": optional("Address of the Cloud Logging API, for `binauthz_denials` and " +
			"`enforcement_gate`. " + environment("logging_custom_endpoint")),
		"artifact_registry_custom_endpoint": optional("Address of the Artifact Registry API, for checks of an image's age in " +
			"`must_conform`. " + environment("artifact_registry_custom_endpoint")),

		"emulator_host": optional("`host:port` of an emulator of all these APIs. All calls go there, unencrypted and " +
			"without credentials. An error together with credentials or custom endpoints in this block; those of the " +
			"environment are ignored. " + environment("emulator_host")),
	},
}

// notEmpty refuses "", usually an unset variable.
var notEmpty = stringvalidator.LengthAtLeast(1)

func optional(text string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: text, Validators: []validator.String{notEmpty}}
}
