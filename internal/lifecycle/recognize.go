package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// Recognition detects unchanged objects by a version, without a complete read. Terraform plans
// every object every time, and most are unchanged.
type Recognition[M any] struct {
	// Stored is the version shown by the Model of a create, a read or an update; "" if unknown.
	// With the same version, Read would change nothing. Uses Model and Memory.
	Stored func(ctx context.Context, c *Change[M]) string
	// Live is the current version of an object in the service.
	Live func(ctx context.Context, clients *gcp.Clients, id string) (string, error)
	// Plain reports whether the planned state of the unchanged object follows from configuration
	// and state alone, and only Stand can have diagnostics. Uses Model and Memory.
	Plain func(ctx context.Context, c *Change[M]) bool
	// Stand adds diagnostics of a plain object caused by other objects of the same plan. Uses
	// Clients, Walk and Diags. May be nil.
	Stand func(ctx context.Context, c *Change[M], id string)
	// Note records the plan of a plain object for other resources of the same plan, without a call.
	// Uses Walk, Memory (to read), and Diags for conflicts between resources. May be nil.
	Note func(ctx context.Context, c *Change[M], id string)
}

// MemoryOfRecognized is the key of a Recognized in private state.
const MemoryOfRecognized = "recognized"

// Recognized is the stored version of an object.
type Recognized struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Plain   bool   `json:"plain"`
}

// Recognizer is a resource with a Recognition.
type Recognizer interface {
	// Recognizes reports whether the noun has a Recognition.
	Recognizes() bool
	// Stands reports whether a plan of an unchanged object needs the live version and can have
	// diagnostics.
	Stands() bool
	// Current reports whether the service still has the stored version of the object.
	Current(ctx context.Context, configured Configured, object Recognized) bool
	// NoteRead records the read of the unchanged object in the walk.
	NoteRead(ctx context.Context, configured Configured, memory Memory, object Recognized)
	// NotePlan records a plan without changes in the walk, and returns its diagnostics.
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

// recognize stores the version of the object.
func (r *Resource[M]) recognize(ctx context.Context, c *Change[M], id string) {
	if r.Recognition == nil {
		return
	}
	c.Diags.Append(c.Memory.Remember(ctx, MemoryOfRecognized, Recognized{
		ID:      id,
		Version: r.Recognition.Stored(ctx, c),
		Plain:   r.Recognition.Plain(ctx, c),
	})...)
}

func (m Memory) object(ctx context.Context, id string) walk.Object {
	o := walk.Object{ID: id}
	m.Recall(ctx, memoryOfInstance, &o.Instance)
	return o
}
