package cluster

import (
	"context"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const (
	// memoryOfBefore is the setting from before we came, for a destroy with RESTORE.
	memoryOfBefore = "before"
	// memoryOfOperation is the bare id of an operation of ours that nobody has seen the end of.
	memoryOfOperation = "operation"
)

// remembered is the form of a setting in the private state; it outlives versions of the provider.
type remembered struct {
	Mode     string   `json:"mode"`
	Bindings []string `json:"bindings,omitempty"`
}

func before(ctx context.Context, c *change) (gcp.Setting, bool) {
	var r remembered
	ok := c.Memory.Recall(ctx, memoryOfBefore, &r)
	return gcp.Setting{Mode: r.Mode, Bindings: r.Bindings}, ok
}

func rememberBefore(ctx context.Context, c *change, s gcp.Setting) {
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfBefore, remembered{s.Mode, s.Bindings})...)
}

func rememberOperation(ctx context.Context, c *change, operation string) {
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfOperation, operation)...)
}

func pendingOperation(ctx context.Context, c *change) string {
	var operation string
	c.Memory.Recall(ctx, memoryOfOperation, &operation)
	return operation
}
