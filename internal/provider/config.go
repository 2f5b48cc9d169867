package provider

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// block is the provider block as the user wrote it.
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
	EmulatorHost                       types.String `tfsdk:"emulator_host"`
}

// resolver turns the block into a configuration: the block wins over the environment, the environment over defaults.
type resolver struct {
	config gcp.Config
	diags  *diag.Diagnostics
	// from says where a value came from, for messages: the attribute, or the environment variable.
	from map[string]string
}

func (b *block) resolve(ctx context.Context, base gcp.Config, diags *diag.Diagnostics) gcp.Config {
	r := &resolver{config: base, diags: diags, from: map[string]string{}}
	if project := r.text("project", b.Project); project != "" || b.Project.IsUnknown() {
		r.config.Project = project
	}
	r.credentials(b)
	r.config.ImpersonateServiceAccount = r.text("impersonate_service_account", b.ImpersonateServiceAccount)
	r.config.ImpersonateServiceAccountDelegates = r.list(ctx, "impersonate_service_account_delegates", b.ImpersonateServiceAccountDelegates)
	r.config.BillingProject = r.text("billing_project", b.BillingProject)
	r.config.UserProjectOverride = r.flag("user_project_override", b.UserProjectOverride)
	r.config.RequestTimeout = r.duration("request_timeout", b.RequestTimeout)
	r.config.RequestReason = r.text("request_reason", b.RequestReason)
	r.config.UniverseDomain = r.text("universe_domain", b.UniverseDomain)
	r.config.Endpoints = gcp.Endpoints{
		BinaryAuthorization: r.endpoint("binary_authorization_custom_endpoint", b.BinaryAuthorizationCustomEndpoint),
		Container:           r.endpoint("container_custom_endpoint", b.ContainerCustomEndpoint),
		ContainerAnalysis:   r.endpoint("container_analysis_custom_endpoint", b.ContainerAnalysisCustomEndpoint),
		KMS:                 r.endpoint("kms_custom_endpoint", b.KMSCustomEndpoint),
	}
	r.emulator(b)
	return r.config
}

// known reports whether a value can be used; one that is not known yet is noted, and no call is made until it is.
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
	if text != "" {
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
		r.refuse(name, fmt.Sprintf("The environment variable %s is %q; it has to be true or false.", variable, text))
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

// credentials reads the token or the file. What is in the block wins over both variables; a token wins over a file.
func (r *resolver) credentials(b *block) {
	if b.Credentials.IsNull() && b.AccessToken.IsNull() {
		r.config.AccessToken = r.text("access_token", b.AccessToken)
		if r.config.AccessToken == "" {
			r.config.Credentials = r.file(r.text("credentials", b.Credentials))
		}
		return
	}
	if r.known("access_token", b.AccessToken) {
		r.config.AccessToken, r.from["access_token"] = b.AccessToken.ValueString(), "access_token"
	}
	if r.known("credentials", b.Credentials) {
		r.from["credentials"] = "credentials"
		r.config.Credentials = r.file(b.Credentials.ValueString())
	}
}

// file is the text of a credentials file given by path or as text. No message repeats it: it may be a private key.
func (r *resolver) file(value string) string {
	if value == "" {
		return ""
	}
	text := value
	if content, err := os.ReadFile(value); err == nil {
		text = string(content)
	}
	if err := gcp.CheckCredentials(text); err != nil {
		r.refuse("credentials", "The value of "+r.from["credentials"]+" is neither the path of a credentials file that can be read nor the text of one: "+err.Error()+".")
	}
	return text
}

func (r *resolver) refuse(name, detail string) {
	r.diags.AddAttributeError(path.Root(name), "Invalid provider configuration", detail)
}
