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
	MarkdownDescription: "Binary Authorization of Google Cloud: which container images may run on which GKE clusters, and who vouches for them.",
	Attributes: map[string]schema.Attribute{
		"project": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Id of the project that objects are in unless they say otherwise. An empty text is the same as none. " + environment("project"),
		},
		"credentials": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "Path or text of a credentials file (service account key, or configuration for workload identity federation). Without it and without `access_token`, " +
				"Application Default Credentials are used. " + environment("credentials"),
			Validators: []validator.String{notEmpty, stringvalidator.ConflictsWith(path.MatchRoot("access_token"))},
		},
		"access_token": schema.StringAttribute{
			Optional: true, Sensitive: true, MarkdownDescription: "OAuth 2.0 access token. It is not refreshed. " + environment("access_token"),
			Validators: []validator.String{notEmpty},
		},
		"impersonate_service_account": optional("E-mail address of a service account to act as. " + environment("impersonate_service_account")),
		"impersonate_service_account_delegates": schema.ListAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Chain of service accounts towards `impersonate_service_account`: each may act as the next, and the last as that account.",
			Validators: []validator.List{listvalidator.ValueStringsAre(notEmpty)},
		},
		"billing_project": optional("Project whose quota and bill the calls count on, if `user_project_override` is set. " + environment("billing_project")),
		"user_project_override": schema.BoolAttribute{
			Optional: true, MarkdownDescription: "Let `billing_project`, or else the project of each object, pay for the calls instead of the project of the credentials. " + environment("user_project_override"),
		},
		"request_timeout": optional("Longest time one attempt of a call may take, such as `30s` (the default). Calls that fail for a passing reason are tried again."),
		"request_reason":  optional("Reason that is sent with every call and shows in audit logs. " + environment("request_reason")),
		"universe_domain": optional("Domain of the cloud the APIs are in; default `googleapis.com`."),

		"binary_authorization_custom_endpoint": optional("Address of the Binary Authorization API, such as `https://binaryauthorization.googleapis.com/v1/`. " + environment("binary_authorization_custom_endpoint")),
		"container_custom_endpoint":            optional("Address of the GKE API. " + environment("container_custom_endpoint")),
		"container_analysis_custom_endpoint":   optional("Address of the Container Analysis API. " + environment("container_analysis_custom_endpoint")),
		"kms_custom_endpoint":                  optional("Address of the Cloud KMS API. " + environment("kms_custom_endpoint")),
		"cloud_asset_custom_endpoint":          optional("Address of the Cloud Asset API, for `binauthz_workloads`. " + environment("cloud_asset_custom_endpoint")),
		"logging_custom_endpoint":              optional("Address of the Cloud Logging API, for `binauthz_denials` and `enforcement_gate`. " + environment("logging_custom_endpoint")),

		"emulator_host": optional("`host:port` of an emulator of all these APIs. Every call goes there, unencrypted and without credentials; together with credentials or custom endpoints in this block it is an error; those of the environment are not used then. " + environment("emulator_host")),
	},
}

// notEmpty refuses "", which is nearly always a variable that was not set.
var notEmpty = stringvalidator.LengthAtLeast(1)

func optional(text string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: text, Validators: []validator.String{notEmpty}}
}
