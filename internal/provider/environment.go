package provider

import (
	"os"
	"strings"
)

// environments are the variables for each attribute, in order of precedence: the same as in
// hashicorp/google
// (https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference).
var environments = map[string][]string{
	"project":                              {"GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"},
	"credentials":                          {"GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"},
	"access_token":                         {"GOOGLE_OAUTH_ACCESS_TOKEN"},
	"impersonate_service_account":          {"GOOGLE_IMPERSONATE_SERVICE_ACCOUNT"},
	"billing_project":                      {"GOOGLE_BILLING_PROJECT"},
	"user_project_override":                {"USER_PROJECT_OVERRIDE"},
	"request_reason":                       {"CLOUDSDK_CORE_REQUEST_REASON"},
	"binary_authorization_custom_endpoint": {"GOOGLE_BINARY_AUTHORIZATION_CUSTOM_ENDPOINT"},
	"container_custom_endpoint":            {"GOOGLE_CONTAINER_CUSTOM_ENDPOINT"},
	"container_analysis_custom_endpoint":   {"GOOGLE_CONTAINER_ANALYSIS_CUSTOM_ENDPOINT"},
	"kms_custom_endpoint":                  {"GOOGLE_KMS_CUSTOM_ENDPOINT"},
	"cloud_asset_custom_endpoint":          {"GOOGLE_CLOUD_ASSET_CUSTOM_ENDPOINT"},
	"logging_custom_endpoint":              {"GOOGLE_LOGGING_CUSTOM_ENDPOINT"},
	"artifact_registry_custom_endpoint":    {"GOOGLE_ARTIFACT_REGISTRY_CUSTOM_ENDPOINT"},
	"emulator_host":                        {"BINAUTHZ_EMULATOR_HOST"},
}

// fromEnvironment returns the first nonempty variable of an attribute.
func fromEnvironment(attribute string) (name, value string) {
	for _, name := range environments[attribute] {
		if value := os.Getenv(name); value != "" {
			return name, value
		}
	}
	return "", ""
}

// environment returns the sentence about an attribute's variables for its description.
func environment(attribute string) string {
	return "Environment: `" + strings.Join(environments[attribute], "`, `") + "`."
}
