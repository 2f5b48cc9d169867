// Package provider contains the provider block and the list of everything it serves. It is the
// table of contents of this code.
//
// # Configuration
//
// The configuration of the provider makes no call. An emulator takes precedence over credentials
// and addresses from the environment. Credentials or addresses in the provider block next to an
// emulator are an error (emulator.go).
//
// # Interrupts
//
// An interrupt ends an apply within a second, including all later reads, plans and applies of the
// process, until it is configured again (stops.go). An interrupt before the first configuration of the process ends
// the walk after it. Terraform does not deliver an interrupt sent while it starts the process for a
// plan.
//
// # Unchanged objects
//
// Most plans find most objects unchanged. For nouns with a lifecycle.Recognition, reads and plans
// of unchanged objects return Terraform's own data (unchanged.go). The proof is in private state:
// the version of the object, and a seal with hashes of the state, its identity, the rest of private
// state, and the applied configuration. On any mismatch the complete way is taken: another release,
// another default project, or a build without release number. After an upgrade or an import, plans
// take the complete way until the next apply, because only an apply has a configuration to seal.
//
// The short way must give the same answers as the complete one. Tests with Terraform take both and
// compare states, identities and private state (WithComparison). They do not use the live version
// and the notes for the walk; tests with OpenTofu take only the short way, and
// walks/unchanged_test.go takes both.
package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	framework "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/function"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/attestation"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/attestor"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/cluster"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/clusterbinding"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/denial"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/iam"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/image"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/kms"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/note"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/platformpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/policy"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/policypattern"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/policyrule"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/workloads"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// Provider is the provider "binauthz".
type Provider struct {
	version string
	base    gcp.Config
	// configured is the result of the last Configure, nil before the first.
	configured atomic.Pointer[lifecycle.Configured]
}

// The framework looks for these methods at run time.
var (
	_ provider.ProviderWithActions       = (*Provider)(nil)
	_ provider.ProviderWithFunctions     = (*Provider)(nil)
	_ provider.ProviderWithListResources = (*Provider)(nil)
	_ provider.ProviderWithMetaSchema    = (*Provider)(nil)
)

// providerType is the prefix of all resource names.
const providerType = "binauthz"

// Option sets a value without an attribute, for tests.
type Option func(*gcp.Config)

// WithEmulator sends every call to the emulator at host:port, unless the configuration says
// otherwise.
func WithEmulator(host string) Option {
	return func(c *gcp.Config) { c.EmulatorHost = host }
}

// WithProject sets the default project, unless the configuration or the environment says otherwise.
func WithProject(project string) Option {
	return func(c *gcp.Config) { c.Project = project }
}

// WithPauses replaces the first pause between attempts and between polls of an operation.
func WithPauses(attempt, poll time.Duration) Option {
	return func(c *gcp.Config) { c.Pause, c.PollInterval = attempt, poll }
}

// New returns the provider; version is its release number.
func New(version string, options ...Option) *Provider {
	p := &Provider{version: version}
	for _, set := range options {
		set(&p.base)
	}
	return p
}

// Metadata implements provider.Provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = providerType, p.version
}

// Schema implements provider.Provider.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = describe
}

// Configure implements provider.Provider. It makes no call: clients are created at their first use.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var block block
	if resp.Diagnostics.Append(req.Config.Get(ctx, &block)...); resp.Diagnostics.HasError() {
		return
	}
	config := block.resolve(ctx, p.base, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	config.UserAgent = userAgent(req.TerraformVersion, p.version)
	configured := lifecycle.Configured{Clients: gcp.New(config), Walk: walk.New()}
	p.configured.Store(&configured)
	resp.ResourceData, resp.DataSourceData = configured, configured
	resp.ListResourceData, resp.ActionData, resp.EphemeralResourceData = configured, configured, configured
}

// Resources implements provider.Provider.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		attestation.NewResource,
		attestor.NewKeyResource,
		attestor.NewResource,
		cluster.NewResource,
		clusterbinding.NewResource,
		iam.NewAttestorBinding,
		iam.NewAttestorMember,
		iam.NewAttestorPolicy,
		iam.NewNoteBinding,
		iam.NewNoteMember,
		iam.NewNotePolicy,
		iam.NewPolicyBinding,
		iam.NewPolicyMember,
		iam.NewPolicyPolicy,
		note.NewResource,
		platformpolicy.NewResource,
		policy.NewResource,
		policypattern.NewResource,
		policyrule.NewResource,
	}
}

// DataSources implements provider.Provider.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		attestation.NewListDataSource,
		attestation.NewValidationDataSource,
		attestor.NewDataSource,
		attestor.NewListDataSource,
		cluster.NewDataSource,
		cluster.NewListDataSource,
		denial.NewDataSource,
		iam.NewAttestorDataSource,
		iam.NewNoteDataSource,
		iam.NewPolicyDataSource,
		image.NewDataSource,
		kms.NewDataSource,
		platformpolicy.NewDataSource,
		platformpolicy.NewEvaluationDataSource,
		platformpolicy.NewListDataSource,
		policy.NewAdmissionDataSource,
		policy.NewCasesDataSource,
		policy.NewDataSource,
		policy.NewSystemDataSource,
		workloads.NewDataSource,
	}
}

// ListResources implements provider.ProviderWithListResources.
func (p *Provider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		attestation.NewListResource,
		attestor.NewListResource,
		cluster.NewListResource,
		iam.NewAttestorMemberList,
		iam.NewNoteMemberList,
		iam.NewPolicyMemberList,
		note.NewListResource,
		platformpolicy.NewListResource,
		policypattern.NewListResource,
		policyrule.NewListResource,
	}
}

// Functions implements provider.ProviderWithFunctions.
func (p *Provider) Functions(context.Context) []func() framework.Function {
	return []func() framework.Function{
		function.NewImageMatches,
		function.NewKMSAlgorithm,
		function.NewKMSKeyID,
		function.NewParseImage,
		function.NewPublicKeyID,
		function.NewSignaturePayload,
	}
}

// Actions implements provider.ProviderWithActions.
func (p *Provider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		attestation.NewSignAction,
		platformpolicy.NewEvaluateAction,
	}
}
