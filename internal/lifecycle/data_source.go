package lifecycle

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// DataSource is a framework data source made of a model and a function.
type DataSource[M any] struct {
	// Noun is the type without the provider's prefix.
	Noun     string
	Describe schema.Schema
	// Name is the object to read, for diagnostics. It is called before Fetch.
	Name func(m *M) string
	// Fetch completes the model the user's configuration began.
	Fetch func(ctx context.Context, clients *gcp.Clients, m *M, diags *diag.Diagnostics) error

	clients *gcp.Clients
}

var _ datasource.DataSourceWithConfigure = (*DataSource[struct{}])(nil)

// Metadata implements datasource.DataSource.
func (d *DataSource[M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.Noun
}

// Schema implements datasource.DataSource.
func (d *DataSource[M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.Describe
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource[M]) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	if configured, ok := req.ProviderData.(Configured); ok {
		d.clients = configured.Clients
	}
}

// Read implements datasource.DataSource.
func (d *DataSource[M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m := decode[M](ctx, req.Config.Get, &resp.Diagnostics)
	if m == nil {
		return
	}
	summary := "Cannot read " + strings.ReplaceAll(d.Noun, "_", " ")
	if err := d.clients.Ready(); err != nil {
		report(summary, "provider", err, "", &resp.Diagnostics)
		return
	}
	name := d.Name(m)
	if err := d.Fetch(ctx, d.clients, m, &resp.Diagnostics); err != nil {
		report(summary, name, err, "", &resp.Diagnostics)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	if isBlank(req.Config.Raw) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(projectAttribute), "")...)
	}
}
