// Package lifecycle is the only generic code between nouns and the plugin framework: a model and plain functions become a
// resource, a list resource, a data source or an action. It does what is forgotten most easily when written by hand: identity is stored with
// the state, an object that is gone leaves the state in one place, an error always says what it was about and what to do.
package lifecycle

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// Configured is what the provider hands to everything it serves.
type Configured struct {
	Clients *gcp.Clients
	Walk    *walk.Walk
}

// Change is what an operation of a resource works on. Which fields are set depends on the operation (see Ops).
type Change[M any] struct {
	Clients *gcp.Clients
	// Walk is what this process has seen of the current walk.
	Walk *walk.Walk
	// Config is what the user wrote. Values may be unknown.
	Config *M
	// Model is the plan, or for a read and a delete the state. What an operation leaves in it is stored.
	Model *M
	// Prior is the state before; nil when the object is created.
	Prior *M
	// Memory is what the resource remembers beside its state.
	Memory Memory
	// Diags collects warnings, and errors that belong to an attribute.
	Diags *diag.Diagnostics

	flags
}

// flags are what an operation has decided beside the model.
type flags struct {
	// Replace collects attributes whose change needs a new object.
	Replace path.Paths

	keepPrior bool
	blank     bool // the project is written as an empty text
	instance  string
	twice     bool // another resource has made the object, or taken it over
}

// KeepPrior says that the plan means what is there already: nothing is to be done, whatever the texts look like.
func (c *Change[M]) KeepPrior() { c.keepPrior = true }

// Memory keeps small values with a resource that are no attributes: Terraform's private state.
type Memory struct {
	Get func(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	Set func(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Recall reads what Remember stored under key. It reports false if there is nothing, or nothing readable.
func (m Memory) Recall(ctx context.Context, key string, into any) bool {
	if m.Get == nil {
		return false
	}
	raw, diags := m.Get(ctx, key)
	return !diags.HasError() && len(raw) > 0 && string(raw) != "null" && json.Unmarshal(raw, into) == nil
}

// Remember stores value as JSON under key; nil forgets it.
func (m Memory) Remember(ctx context.Context, key string, value any) diag.Diagnostics {
	raw, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Cannot remember "+key, err.Error())}
	}
	if m.Set == nil {
		return nil
	}
	return m.Set(ctx, key, raw)
}
