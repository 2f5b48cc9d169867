package platformpolicy

import (
	"context"
	"errors"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// pinned is the etag that the plan's refresh saw, so that a write overwrites nothing that came after the plan. Where the read had none, as
// after a create whose second look failed, what is there is held against the state.
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

// explained is the error of a write; of one that met another version, it says what somebody else changed since the plan.
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
		Message: "the policy was changed since the plan was made, and it stays as it is now:\n  " + strings.Join(what, "\n  "),
		Remedy:  "Make a new plan, look at what it would change, and apply that.",
	}
}
