package lifecycle

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// Resource is a framework resource made of a model and functions. A noun embeds it and overrides
// methods if needed.
type Resource[M any] struct {
	// Noun is the type without the provider's prefix: "cluster_settings". Diagnostics show it with
	// spaces.
	Noun     string
	Describe schema.Schema
	Identity []IdentityAttribute
	// Title is the first word of summaries; the first word of the noun if empty.
	Title string
	Ops   Ops[M]
	// Recognition is nil for nouns without recognition of unchanged objects.
	Recognition *Recognition[M]
	// Moves are the accepted resources of hashicorp/google in a moved block.
	Moves []Move[M]

	configured Configured
}

// Ops are the operations of a noun on its model M.
type Ops[M any] struct {
	// Name is the full name of the object, for diagnostics.
	Name func(m *M) string
	// Parse reads an import id and returns the attributes contained in it.
	Parse func(id, defaultProject string) (map[string]string, error)
	// Identify returns the identity attributes of an object.
	Identify func(m *M) map[string]string

	// Validate checks the configuration without a call. May be nil. Uses Config and Diags.
	Validate func(ctx context.Context, c *Change[M])
	// Plan completes Model: it computes known values, refuses invalid ones, and warns of dangerous
	// changes. May be nil. Uses Config, Model, Prior, Memory (to read), Diags, Replace and
	// KeepPrior.
	Plan func(ctx context.Context, c *Change[M])
	// PlanDelete warns of or refuses a destroy. May be nil. Uses Prior, Memory (to read) and Diags.
	PlanDelete func(ctx context.Context, c *Change[M])
	// InPlaceOnly refuses to destroy and recreate an object: its destroy changes the enforcement.
	InPlaceOnly bool
	// Adopts means that a create takes over an existing object, also from a resource destroyed in
	// the same apply. Then Delete asks TakenOver and leaves the object to its new resource. For
	// other nouns, such a delete is an error.
	Adopts bool

	// Create creates the object in Model and completes Model.
	Create func(ctx context.Context, c *Change[M]) error
	// Read updates Model from the service. An error of kind not found removes the object from the
	// state.
	Read func(ctx context.Context, c *Change[M]) error
	// Update brings the object from Prior to Model and completes Model.
	Update func(ctx context.Context, c *Change[M]) error
	// Delete removes the object in Prior. An error of kind not found is success.
	Delete func(ctx context.Context, c *Change[M]) error
}

// The framework looks for these methods at run time. A missing method would be skipped without an
// error.
var (
	_ resource.ResourceWithConfigure      = (*Resource[struct{}])(nil)
	_ resource.ResourceWithIdentity       = (*Resource[struct{}])(nil)
	_ resource.ResourceWithImportState    = (*Resource[struct{}])(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource[struct{}])(nil)
	_ resource.ResourceWithValidateConfig = (*Resource[struct{}])(nil)
)

// Metadata implements resource.Resource.
func (r *Resource[M]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.Noun
}

// Schema implements resource.Resource.
func (r *Resource[M]) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.Describe
	resp.Schema.Attributes = withTypes(r.Describe.Attributes)
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource[M]) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	if configured, ok := req.ProviderData.(Configured); ok {
		r.configured = configured
	}
}

// Create implements resource.Resource.
func (r *Resource[M]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	c := r.change(&resp.Diagnostics, Memory{resp.Private.GetKey, resp.Private.SetKey})
	if c.Model = decode[M](ctx, c.meantPlan(req.Plan).Get, c.Diags); c.Model == nil {
		return
	}
	if err := r.Ops.Create(ctx, c); err != nil {
		r.fail("create", r.Ops.Name(c.Model), err, c.Diags)
		return
	}
	r.save(ctx, c, &resp.State, resp.Identity)
	if object := c.object(ctx, resp.State.Raw); c.Walk.Made(object) || c.twice {
		r.warnOfOwnedTwice(c.Diags, object.ID)
	}
}

// Read implements resource.Resource.
func (r *Resource[M]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	c := r.change(&resp.Diagnostics, Memory{req.Private.GetKey, resp.Private.SetKey})
	c.blank = isBlank(req.State.Raw)
	if c.Model = decode[M](ctx, meant(req.State).Get, c.Diags); c.Model == nil {
		return
	}
	name := r.Ops.Name(c.Model)
	switch err := r.Ops.Read(ctx, c); {
	case gcp.IsKind(err, gcp.KindNotFound):
		// Without an identity, the framework reports a deleted object as an error of the provider.
		c.Diags.Append(storeIdentity(ctx, resp.Identity, r.Ops.Identify(c.Model))...)
		resp.State.RemoveResource(ctx)
	case err != nil:
		r.fail("read", name, err, c.Diags)
	default:
		r.save(ctx, c, &resp.State, resp.Identity)
		c.Walk.Read(c.object(ctx, resp.State.Raw))
	}
}

// Update implements resource.Resource.
func (r *Resource[M]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	c := r.change(&resp.Diagnostics, Memory{req.Private.GetKey, resp.Private.SetKey})
	c.Model, c.Prior = decode[M](ctx, c.meantPlan(req.Plan).Get, c.Diags), decode[M](ctx, meant(req.State).Get, c.Diags)
	if c.Model == nil || c.Prior == nil {
		return
	}
	if err := r.Ops.Update(ctx, c); err != nil {
		r.fail("update", r.Ops.Name(c.Prior), err, c.Diags)
		return
	}
	r.save(ctx, c, &resp.State, resp.Identity)
	c.Walk.Wrote(c.object(ctx, resp.State.Raw))
}

// Delete implements resource.Resource.
func (r *Resource[M]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	c := r.change(&resp.Diagnostics, Memory{req.Private.GetKey, resp.Private.SetKey})
	if c.Prior = decode[M](ctx, meant(req.State).Get, c.Diags); c.Prior == nil {
		return
	}
	c.Model = c.Prior
	object := c.object(ctx, req.State.Raw)
	if !r.Ops.Adopts && c.Walk.TakenOver(object) {
		c.Diags.AddError("Cannot delete "+r.words(), fmt.Sprintf(takenOver, object.ID))
		return
	}
	if err := r.Ops.Delete(ctx, c); err != nil && !gcp.IsKind(err, gcp.KindNotFound) {
		r.fail("delete", r.Ops.Name(c.Prior), err, c.Diags)
		return
	}
	if !c.Walk.TakenOver(object) {
		c.Walk.Wrote(object)
	}
}

// Clients are the configured clients, nil before the configuration.
func (r *Resource[M]) Clients() *gcp.Clients { return r.configured.Clients }

func (r *Resource[M]) change(diags *diag.Diagnostics, memory Memory) *Change[M] {
	c := &Change[M]{Clients: r.configured.Clients, Walk: r.configured.Walk, Memory: memory, Diags: diags}
	if c.Walk == nil {
		c.Walk = walk.New() // before the provider is configured, nothing is seen
	}
	return c
}

// save stores state and identity together or not at all: the framework cannot read one without the
// other.
func (r *Resource[M]) save(ctx context.Context, c *Change[M], state *tfsdk.State, identity *tfsdk.ResourceIdentity) {
	c.nameInstance(ctx)
	if d := storeIdentity(ctx, identity, r.Ops.Identify(c.Model)); d.HasError() {
		c.Diags.Append(d...)
		return
	}
	c.Diags.Append(state.Set(ctx, c.Model)...)
	if c.blank {
		c.Diags.Append(state.SetAttribute(ctx, path.Root(projectAttribute), "")...)
	}
	r.recognize(ctx, c, id(state.Raw))
}

// decode reads a model, nil after an error.
func decode[M any](ctx context.Context, get func(context.Context, any) diag.Diagnostics, diags *diag.Diagnostics) *M {
	m := new(M)
	if d := get(ctx, m); d.HasError() {
		diags.Append(d...)
		return nil
	}
	return m
}
