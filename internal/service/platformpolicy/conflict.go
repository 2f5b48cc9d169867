package platformpolicy

import (
	"context"
	"errors"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// pinned returns the etag from the plan's refresh, so that a write never overwrites a later change.
// If the state has no etag, for example after a failed read in a create, it compares the current
// policy with the state.
func pinned(ctx context.Context, c *change, prior *gcp.PlatformPolicy) (string, error) {
	if etag := c.Prior.Etag.ValueString(); etag != "" {
		return etag, nil
	}
	now, err := c.Clients.FreshPlatformPolicy(ctx, c.Prior.name())
	if err != nil {
		return "", err
	}
	if changes := conformance.Differences(prior, now); len(changes) > 0 {
		return "", changed(&gcp.Error{Resource: c.Prior.name().String()}, changes)
	}
	return now.Etag, nil
}

// explained returns the error of a write. For a conflict, it lists the changes since the plan.
func explained(ctx context.Context, c *change, prior *gcp.PlatformPolicy, err error) error {
	refused, ok := errors.AsType[*gcp.Error](err)
	if !ok || refused.Kind != gcp.KindConflict {
		return err
	}
	now, readErr := c.Clients.FreshPlatformPolicy(ctx, c.Prior.name())
	if readErr != nil {
		return err
	}
	changes := conformance.Differences(prior, now)
	if len(changes) == 0 {
		changes = []string{"it was written again with the same contents"}
	}
	return changed(refused, changes)
}

func changed(refused *gcp.Error, what []string) error {
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: refused.Method, Resource: refused.Resource, RequestID: refused.RequestID,
		Message: "the policy has changed since the plan, and nothing was written:\n  " + strings.Join(what, "\n  "),
		Remedy:  "Make a new plan, review it, and apply it.",
	}
}
