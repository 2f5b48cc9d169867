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

// List is a framework list resource: what `terraform query` finds. It is made of the configuration C of
// a list block, the model M of the resource that is listed, and functions.
type List[C, M any] struct {
	// Noun is that of the resource.
	Noun     string
	Describe schema.Schema
	// Identify returns the identity attributes of an object. It is the resource's own.
	Identify func(m *M) map[string]string
	// Title is what people call an object: Terraform shows it beside the identity.
	Title func(m *M) string
	// Find returns the objects that the configuration asks for, in an order that stays. Each model is as
	// a read leaves it after an import. It asks for pages, never for one object after the other.
	Find func(ctx context.Context, q *Query[C, M]) ([]*M, error)

	clients *gcp.Clients
}

// Query is what a list block asks for.
type Query[C, M any] struct {
	Clients *gcp.Clients
	Config  *C
	// Most is how many objects are wanted; 0 is no limit. What Find returns beyond it is cut off.
	Most int
	// Whole says that attributes are wanted, too. Without it, identity and title are enough.
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

// InOrder are the models of objects in the order of their names. fill brings one to what a read leaves of its object after an import.
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
	q := &Query[C, M]{Clients: l.clients, Config: config, Most: int(req.Limit), Whole: req.IncludeResource, Diags: diags, imported: *imported}
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

// unset is a resource of which nothing is known.
func unset(ctx context.Context, req list.ListRequest) tfsdk.Resource {
	empty := *req.NewListResult(ctx).Resource
	empty.Raw = nulls(empty.Raw.Type())
	return empty
}
