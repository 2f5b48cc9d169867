package cluster

import (
	"context"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

const (
	// memoryOfBefore is the setting from before we came, for a destroy with RESTORE.
	memoryOfBefore = "before"
	// memoryOfList says whether the configuration that was applied has policy_bindings.
	memoryOfList = "lists_bindings"
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

func rememberList(ctx context.Context, c *change, lists bool) {
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfList, lists)...)
}

// listed says that the configuration that was applied decides on the bindings.
func listed(ctx context.Context, memory lifecycle.Memory) bool {
	lists := false
	return memory.Recall(ctx, memoryOfList, &lists) && lists
}
