package cluster

import (
	"context"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

const (
	// memoryOfBefore is the setting from before this resource, for a destroy with RESTORE.
	memoryOfBefore = "before"
	// memoryOfList is policy_bindings of the applied configuration, null without it.
	memoryOfList = "listed_bindings"
)

// remembered is a setting in the private state. Its format outlives releases of the provider.
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

// rememberList stores the list of a write. If its end is unknown, bindings of the earlier list can
// still be there.
func rememberList(ctx context.Context, c *change, w wish, ended bool) {
	var list []string // nil becomes null
	if w.lists {
		list = append([]string{}, w.bindings...)
		if earlier, _ := listed(ctx, c.Memory); !ended {
			list = append(list, gcp.Unbound(earlier, list)...)
		}
	}
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfList, list)...)
}

// keepBound removes from the stored list what the cluster does not have, after the end of an
// interrupted write.
func keepBound(ctx context.Context, c *change, now gcp.Setting) {
	if list, lists := listed(ctx, c.Memory); lists {
		c.Diags.Append(c.Memory.Remember(ctx, memoryOfList, append([]string{}, shared(list, now.Bindings)...))...)
	}
}

// listed returns the bindings listed by the applied configuration, and whether it has a list.
func listed(ctx context.Context, memory lifecycle.Memory) (bindings []string, lists bool) {
	lists = memory.Recall(ctx, memoryOfList, &bindings)
	return bindings, lists
}
