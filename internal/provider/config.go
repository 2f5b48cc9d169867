package provider

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// block is the provider block as written by the user.
type block struct {
	Project                            types.String `tfsdk:"project"`
	Credentials                        types.String `tfsdk:"credentials"`
	AccessToken                        types.String `tfsdk:"access_token"`
	ImpersonateServiceAccount          types.String `tfsdk:"impersonate_service_account"`
	ImpersonateServiceAccountDelegates types.List   `tfsdk:"impersonate_service_account_delegates"`
	BillingProject                     types.String `tfsdk:"billing_project"`
	UserProjectOverride                types.Bool   `tfsdk:"user_project_override"`
	RequestTimeout                     types.String `tfsdk:"request_timeout"`
	RequestReason                      types.String `tfsdk:"request_reason"`
	UniverseDomain                     types.String `tfsdk:"universe_domain"`
	BinaryAuthorizationCustomEndpoint  types.String `tfsdk:"binary_authorization_custom_endpoint"`
	ContainerCustomEndpoint            types.String `tfsdk:"container_custom_endpoint"`
	ContainerAnalysisCustomEndpoint    types.String `tfsdk:"container_analysis_custom_endpoint"`
	KMSCustomEndpoint                  types.String `tfsdk:"kms_custom_endpoint"`
	CloudAssetCustomEndpoint           types.String `tfsdk:"cloud_asset_custom_endpoint"`
	LoggingCustomEndpoint              types.String `tfsdk:"logging_custom_endpoint"`
	ArtifactRegistryCustomEndpoint     types.String `tfsdk:"artifact_registry_custom_endpoint"`
	EmulatorHost                       types.String `tfsdk:"emulator_host"`
}

// resolver turns the block into a configuration: the block takes precedence over the environment,
// and the environment over defaults.
type resolver struct {
	config gcp.Config
	diags  *diag.Diagnostics
	// from is the source of a value for messages: the attribute or the environment variable.
	from map[string]string
	// ignored are variables without a meaning next to an emulator.
	ignored []string
}

func (b *block) resolve(ctx context.Context, base gcp.Config, diags *diag.Diagnostics) gcp.Config {
	r := &resolver{config: base, diags: diags, from: map[string]string{}}
	r.emulator(b)
	if b.Project.Equal(types.StringValue("")) { // as in hashicorp/google: an unset variable of a module
		b.Project = types.StringNull()
	}
	if project := r.text("project", b.Project); project != "" || b.Project.IsUnknown() {
		r.config.Project = r.projectID("project", project)
	}
	r.credentials(b)
	r.config.ImpersonateServiceAccount = r.text("impersonate_service_account", b.ImpersonateServiceAccount)
	r.config.ImpersonateServiceAccountDelegates = r.list(ctx, "impersonate_service_account_delegates", b.ImpersonateServiceAccountDelegates)
	r.config.BillingProject = r.projectID("billing_project", r.text("billing_project", b.BillingProject))
	r.config.UserProjectOverride = r.flag("user_project_override", b.UserProjectOverride)
	r.config.RequestTimeout = r.duration("request_timeout", b.RequestTimeout)
	r.config.RequestReason = r.text("request_reason", b.RequestReason)
	r.config.UniverseDomain = r.domain("universe_domain", b.UniverseDomain)
	r.config.Endpoints = gcp.Endpoints{
		BinaryAuthorization: r.endpoint("binary_authorization_custom_endpoint", b.BinaryAuthorizationCustomEndpoint),
		Container:           r.endpoint("container_custom_endpoint", b.ContainerCustomEndpoint),
		ContainerAnalysis:   r.endpoint("container_analysis_custom_endpoint", b.ContainerAnalysisCustomEndpoint),
		KMS:                 r.endpoint("kms_custom_endpoint", b.KMSCustomEndpoint),
		CloudAsset:          r.endpoint("cloud_asset_custom_endpoint", b.CloudAssetCustomEndpoint),
		Logging:             r.endpoint("logging_custom_endpoint", b.LoggingCustomEndpoint),
		ArtifactRegistry:    r.endpoint("artifact_registry_custom_endpoint", b.ArtifactRegistryCustomEndpoint),
	}
	r.alone(ctx)
	return r.config
}

// known reports whether a value is known. It records unknown values, and no call is made until they
// are known.
func (r *resolver) known(name string, value attr.Value) bool {
	if value.IsUnknown() {
		r.config.Unknown = append(r.config.Unknown, name)
	}
	return !value.IsNull() && !value.IsUnknown()
}

func (r *resolver) text(name string, value types.String) string {
	if r.known(name, value) {
		r.from[name] = name
		return value.ValueString()
	}
	if value.IsUnknown() {
		return ""
	}
	variable, text := fromEnvironment(name)
	switch {
	case text == "":
	case r.config.EmulatorHost != "" && notForEmulators(name):
		r.ignored = append(r.ignored, variable)
		return ""
	default:
		r.from[name] = "the environment variable " + variable
	}
	return text
}

func (r *resolver) list(ctx context.Context, name string, value types.List) (list []string) {
	if !r.known(name, value) {
		return nil
	}
	var elements []types.String
	r.diags.Append(value.ElementsAs(ctx, &elements, false)...)
	for _, element := range elements {
		switch {
		case element.IsNull():
			r.refuse(name, "An element of the list is null.")
		case r.known(name, element):
			list = append(list, element.ValueString())
		}
	}
	return list
}

// projectID refuses invalid ids. A value from the environment is seen by no validator.
func (r *resolver) projectID(name, project string) string {
	if project == "" {
		return ""
	}
	if err := resname.CheckProjectID(project); err != nil {
		r.refuse(name, fmt.Sprintf("The value of %s is wrong: %s.", r.from[name], err))
	}
	return project
}

// domainName is a host name with at least one dot (RFC 1123).
var domainName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

func (r *resolver) domain(name string, value types.String) string {
	text := r.text(name, value)
	if text != "" && !domainName.MatchString(text) {
		r.refuse(name, "The value of "+r.from[name]+" is not a domain, such as \"googleapis.com\".")
	}
	return text
}

func (r *resolver) flag(name string, value types.Bool) bool {
	if r.known(name, value) || value.IsUnknown() {
		return value.ValueBool()
	}
	variable, text := fromEnvironment(name)
	if text == "" {
		return false
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		r.refuse(name, fmt.Sprintf("The environment variable %s is %q; set it to true or false.", variable, text))
	}
	return on
}

func (r *resolver) duration(name string, value types.String) time.Duration {
	if !r.known(name, value) {
		return 0
	}
	d, err := time.ParseDuration(value.ValueString())
	if err != nil || d <= 0 {
		r.refuse(name, fmt.Sprintf("%q is not a duration above zero, such as \"30s\".", value.ValueString()))
	}
	return d
}

func (r *resolver) refuse(name, detail string) {
	r.diags.AddAttributeError(path.Root(name), "Invalid provider configuration", detail)
}
