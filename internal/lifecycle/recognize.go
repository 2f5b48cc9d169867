package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// Recognition lets a noun's unchanged objects be known by a version of what the service has, without a look at all of it. Terraform asks
// about every object in every plan, and in most plans nothing has changed.
type Recognition[M any] struct {
	// Stored is the version that the Model of a create, a read or an update was completed from, "" if there is none to go by. The same
	// version means that Read would leave everything as it is. Uses Model and Memory.
	Stored func(ctx context.Context, c *Change[M]) string
	// Live is the version that the service has now of the object with an id.
	Live func(ctx context.Context, clients *gcp.Clients, id string) (string, error)
	// Plain reports whether the planned state of the unchanged object follows from configuration and state alone, and nothing but Stand has
	// anything to say of it. Uses Model and Memory.
	Plain func(ctx context.Context, c *Change[M]) bool
	// Stand is what the plan of a plain object may still have to warn of or refuse: what other objects of the same plan do to it. Uses Clients, Walk and Diags. May be nil.
	Stand func(ctx context.Context, c *Change[M], id string)
	// Note is what the plan of a plain object notes for other resources of the same plan, without a look at the service. Uses Walk, Memory (to read) and Diags, for
	// conflicts between resources. May be nil.
	Note func(ctx context.Context, c *Change[M], id string)
}

// MemoryOfRecognized is the key under which a Recognized is kept in private state.
const MemoryOfRecognized = "recognized"

// Recognized is what a noun has stored of an object, to know it by.
type Recognized struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Plain   bool   `json:"plain"`
}

// Recognizer is a resource whose unchanged objects can be recognized.
type Recognizer interface {
	// Recognizes reports whether the noun has a Recognition.
	Recognizes() bool
	// Stands reports whether a plan of an unchanged object has to know that it is current, and may have something to say of it.
	Stands() bool
	// Current reports whether the service has the version of the object that was stored.
	Current(ctx context.Context, configured Configured, object Recognized) bool
	// NoteRead notes what a read of the unchanged object notes.
	NoteRead(ctx context.Context, configured Configured, memory Memory, object Recognized)
	// NotePlan notes what a plan that keeps the object notes, and returns what there is to say of it.
	NotePlan(ctx context.Context, configured Configured, memory Memory, object Recognized) diag.Diagnostics
}

var _ Recognizer = (*Resource[struct{}])(nil)

// Recognizes implements Recognizer.
func (r *Resource[M]) Recognizes() bool { return r.Recognition != nil }

// Stands implements Recognizer.
func (r *Resource[M]) Stands() bool { return r.Recognition.Stand != nil }

// Current implements Recognizer.
func (r *Resource[M]) Current(ctx context.Context, configured Configured, object Recognized) bool {
	live, err := r.Recognition.Live(gcp.InHaste(ctx), configured.Clients, object.ID)
	return err == nil && live != "" && live == object.Version
}

// NoteRead implements Recognizer.
func (r *Resource[M]) NoteRead(ctx context.Context, configured Configured, memory Memory, object Recognized) {
	configured.Walk.Read(memory.object(ctx, object.ID))
}

// NotePlan implements Recognizer.
func (r *Resource[M]) NotePlan(ctx context.Context, configured Configured, memory Memory, object Recognized) diag.Diagnostics {
	var diags diag.Diagnostics
	o := memory.object(ctx, object.ID)
	configured.Walk.Plan(o)
	c := &Change[M]{Clients: configured.Clients, Walk: configured.Walk, Memory: memory, Diags: &diags}
	for _, tell := range []func(context.Context, *Change[M], string){r.Recognition.Stand, r.Recognition.Note} {
		if tell != nil {
			tell(ctx, c, o.ID)
		}
	}
	r.report(&diags, o.ID, configured.Walk.Keep(o))
	return diags
}

// recognize stores what the object is known by from now on.
func (r *Resource[M]) recognize(ctx context.Context, c *Change[M], id string) {
	if r.Recognition == nil {
		return
	}
	c.Diags.Append(c.Memory.Remember(ctx, MemoryOfRecognized, Recognized{ID: id, Version: r.Recognition.Stored(ctx, c), Plain: r.Recognition.Plain(ctx, c)})...)
}

func (m Memory) object(ctx context.Context, id string) walk.Object {
	o := walk.Object{ID: id}
	m.Recall(ctx, memoryOfInstance, &o.Instance)
	return o
}
