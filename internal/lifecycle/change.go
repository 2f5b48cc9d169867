package lifecycle

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// Configured is passed by the provider to all resources, data sources, lists and actions.
type Configured struct {
	Clients *gcp.Clients
	Walk    *walk.Walk
}

// Change is the input and output of an operation of a resource. Ops lists the fields used by each
// operation.
type Change[M any] struct {
	Clients *gcp.Clients
	// Walk is the memory of the current walk.
	Walk *walk.Walk
	// Config is the configuration. Values may be unknown.
	Config *M
	// Model is the plan, or the state for a read and a delete. The operation completes it; then it
	// is stored.
	Model *M
	// Prior is the state before; nil when the object is created.
	Prior *M
	// Memory is the private state of the resource.
	Memory Memory
	// Diags collects warnings and errors of attributes.
	Diags *diag.Diagnostics

	flags
}

// flags are decisions of an operation outside of the model.
type flags struct {
	// Replace collects the attributes that force a replacement.
	Replace path.Paths

	keepPrior bool
	blank     bool // the project is written as an empty text
	instance  string
	twice     bool // another resource has made the object, or taken it over
}

// KeepPrior makes the plan empty: the configuration means the same as the state.
func (c *Change[M]) KeepPrior() { c.keepPrior = true }

// Memory is Terraform's private state: small values stored with a resource, outside of its
// attributes.
type Memory struct {
	Get func(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	Set func(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Recall reads a value stored by Remember. It returns false if the value is missing or unreadable.
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
