package released

import (
	"context"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/provider"
)

const typeName = "binauthz"

// Served returns the schema of this source, without imports: see ReadImports.
func Served(ctx context.Context, release string) (*Schema, error) {
	s := &Schema{Release: release, Functions: map[string]*Function{}}
	r := &reader{ctx: ctx}
	p := provider.New(release)

	var block framework.SchemaResponse
	p.Schema(ctx, framework.SchemaRequest{}, &block)
	s.Provider = r.construct("provider", block.Schema)
	var meta framework.MetaSchemaResponse
	p.MetaSchema(ctx, framework.MetaSchemaRequest{}, &meta)
	s.ProviderMeta = r.construct("provider_meta", meta.Schema)

	s.Resources, s.DataSources = r.resources(p), r.dataSources(p)
	s.Lists, s.Actions = r.lists(p), r.actions(p)
	for _, create := range p.Functions(ctx) {
		name, signature := r.function(create())
		s.Functions[name] = signature
	}
	return s, r.err
}

// reader reads schemas and keeps the first error.
type reader struct {
	ctx context.Context //nolint:containedctx // one walk over the provider
	err error
}

func (r *reader) construct(of string, schema any) *Construct {
	attributes, err := attributesOf(r.ctx, reflect.ValueOf(schema))
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%s: %w", of, err)
	}
	return &Construct{Attributes: attributes}
}

func (r *reader) resources(p *provider.Provider) map[string]*Construct {
	all := map[string]*Construct{}
	for _, create := range p.Resources(r.ctx) {
		served := create()
		var meta resource.MetadataResponse
		served.Metadata(r.ctx, resource.MetadataRequest{ProviderTypeName: typeName}, &meta)
		var resp resource.SchemaResponse
		served.Schema(r.ctx, resource.SchemaRequest{}, &resp)
		c := r.construct(meta.TypeName, resp.Schema)
		c.Version = resp.Schema.Version
		if identified, ok := served.(resource.ResourceWithIdentity); ok {
			c.Identity = r.identity(identified)
		}
		all[meta.TypeName] = c
	}
	return all
}

// identity returns the attributes of an identity. Attributes needed for an import are required.
func (r *reader) identity(of resource.ResourceWithIdentity) map[string]*Attribute {
	var resp resource.IdentitySchemaResponse
	of.IdentitySchema(r.ctx, resource.IdentitySchemaRequest{}, &resp)
	all := map[string]*Attribute{}
	for name, a := range resp.IdentitySchema.Attributes {
		all[name] = &Attribute{Type: typeOf(r.ctx, a.GetType()), Required: a.IsRequiredForImport(), Optional: a.IsOptionalForImport()}
	}
	return all
}

func (r *reader) dataSources(p *provider.Provider) map[string]*Construct {
	all := map[string]*Construct{}
	for _, create := range p.DataSources(r.ctx) {
		served := create()
		var meta datasource.MetadataResponse
		served.Metadata(r.ctx, datasource.MetadataRequest{ProviderTypeName: typeName}, &meta)
		var resp datasource.SchemaResponse
		served.Schema(r.ctx, datasource.SchemaRequest{}, &resp)
		all[meta.TypeName] = r.construct(meta.TypeName, resp.Schema)
	}
	return all
}

func (r *reader) lists(p *provider.Provider) map[string]*Construct {
	all := map[string]*Construct{}
	for _, create := range p.ListResources(r.ctx) {
		served := create()
		var meta resource.MetadataResponse
		served.Metadata(r.ctx, resource.MetadataRequest{ProviderTypeName: typeName}, &meta)
		var resp list.ListResourceSchemaResponse
		served.ListResourceConfigSchema(r.ctx, list.ListResourceSchemaRequest{}, &resp)
		all[meta.TypeName] = r.construct(meta.TypeName, resp.Schema)
	}
	return all
}

func (r *reader) actions(p *provider.Provider) map[string]*Construct {
	all := map[string]*Construct{}
	for _, create := range p.Actions(r.ctx) {
		served := create()
		var meta action.MetadataResponse
		served.Metadata(r.ctx, action.MetadataRequest{ProviderTypeName: typeName}, &meta)
		var resp action.SchemaResponse
		served.Schema(r.ctx, action.SchemaRequest{}, &resp)
		all[meta.TypeName] = r.construct(meta.TypeName, resp.Schema)
	}
	return all
}

func (r *reader) function(of function.Function) (string, *Function) {
	var meta function.MetadataResponse
	of.Metadata(r.ctx, function.MetadataRequest{}, &meta)
	var resp function.DefinitionResponse
	of.Definition(r.ctx, function.DefinitionRequest{}, &resp)
	f := &Function{Parameters: []*Parameter{}, Returns: typeOf(r.ctx, resp.Definition.Return.GetType())}
	for _, p := range resp.Definition.Parameters {
		f.Parameters = append(f.Parameters, r.parameter(p))
	}
	if p := resp.Definition.VariadicParameter; p != nil {
		f.Variadic = r.parameter(p)
	}
	return meta.Name, f
}

func (r *reader) parameter(p function.Parameter) *Parameter {
	return &Parameter{Type: typeOf(r.ctx, p.GetType()), AllowsNull: p.GetAllowNullValue(), AllowsUnknown: p.GetAllowUnknownValues()}
}
