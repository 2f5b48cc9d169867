package lifecycle

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// List is a framework list resource, for `terraform query`. C is the configuration of a list block,
// M the model of the listed resource.
type List[C, M any] struct {
	// Noun is the noun of the resource.
	Noun     string
	Describe schema.Schema
	// Identify returns the identity attributes of an object. It is the resource's own.
	Identify func(m *M) map[string]string
	// Title is a display name: Terraform shows it next to the identity.
	Title func(m *M) string
	// Find returns the matching objects in a stable order. Each model is in the form left by a read
	// after an import. Find reads pages, never single objects.
	Find func(ctx context.Context, q *Query[C, M]) ([]*M, error)

	clients *gcp.Clients
}

// Query is the request of a list block.
type Query[C, M any] struct {
	Clients *gcp.Clients
	Config  *C
	// Most is the maximum number of objects; 0 means no limit. Further results of Find are cut off.
	Most int
	// Whole requests the attributes too. Otherwise identity and title are enough.
	Whole bool
	// Diags collects warnings.
	Diags *diag.Diagnostics

	imported M
}

// New is a model as an import begins it: every attribute is null.
func (q *Query[C, M]) New() *M {
	m := q.imported
	return &m
}

// InOrder are the models of objects in the order of their names. fill completes a model as a read
// after an import does.
func InOrder[C, M, T any](q *Query[C, M], objects map[string]T, fill func(m *M, object T) error) ([]*M, error) {
	var found []*M
	for _, name := range slices.Sorted(maps.Keys(objects)) {
		m := q.New()
		if err := fill(m, objects[name]); err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	return found, nil
}

var _ list.ListResourceWithConfigure = (*List[struct{}, struct{}])(nil)

// Metadata implements list.ListResource.
func (l *List[C, M]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + l.Noun
}

// ListResourceConfigSchema implements list.ListResource.
func (l *List[C, M]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = l.Describe
}

// Configure implements list.ListResourceWithConfigure.
func (l *List[C, M]) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	if configured, ok := req.ProviderData.(Configured); ok {
		l.clients = configured.Clients
	}
}

// List implements list.ListResource. Warnings come first: Terraform stops to listen at its limit.
func (l *List[C, M]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var diags diag.Diagnostics
	found := l.find(ctx, req, &diags)
	stream.Results = func(push func(list.ListResult) bool) {
		if len(diags) > 0 && !push(list.ListResult{Diagnostics: diags}) || diags.HasError() {
			return
		}
		for _, m := range found {
			if !push(l.result(ctx, req, m)) {
				return
			}
		}
	}
}

func (l *List[C, M]) find(ctx context.Context, req list.ListRequest, diags *diag.Diagnostics) []*M {
	imported := decode[M](ctx, unset(ctx, req).Get, diags)
	config := decode[C](ctx, req.Config.Get, diags)
	if imported == nil || config == nil {
		return nil
	}
	q := &Query[C, M]{
		Clients:  l.clients,
		Config:   config,
		Most:     int(req.Limit),
		Whole:    req.IncludeResource,
		Diags:    diags,
		imported: *imported,
	}
	found, err := l.ask(ctx, q)
	if err != nil {
		report("Cannot list "+l.words(), l.words(), err, "", diags)
		return nil
	}
	if q.Most > 0 && len(found) > q.Most {
		found = found[:q.Most]
	}
	return found
}

func (l *List[C, M]) ask(ctx context.Context, q *Query[C, M]) ([]*M, error) {
	if err := l.clients.Ready(); err != nil {
		return nil, err
	}
	return l.Find(ctx, q)
}

func (l *List[C, M]) result(ctx context.Context, req list.ListRequest, m *M) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = l.Title(m)
	result.Diagnostics.Append(storeIdentity(ctx, result.Identity, l.Identify(m))...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}
	return result
}

// words are the objects of the noun as a sentence has them.
func (l *List[C, M]) words() string {
	words := strings.ReplaceAll(l.Noun, "_", " ")
	if stem, ok := strings.CutSuffix(words, "y"); ok {
		return stem + "ies"
	}
	return strings.TrimSuffix(words, "s") + "s"
}

// unset is a resource with null attributes only.
func unset(ctx context.Context, req list.ListRequest) tfsdk.Resource {
	empty := *req.NewListResult(ctx).Resource
	empty.Raw = nulls(empty.Raw.Type())
	return empty
}
