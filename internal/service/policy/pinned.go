package policy

import (
	"context"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// pinned is the etag that the plan's refresh saw, so that a write overwrites nothing that came after the plan. A policy that was moved
// here and not read since has none: then what is there is held against the state, and remembered as a read would have.
func pinned(ctx context.Context, c *change) (string, error) {
	if etag := c.Prior.Etag.ValueString(); etag != "" {
		return etag, nil
	}
	now, err := c.Clients.FreshPolicy(ctx, c.Prior.Project.ValueString())
	if err != nil {
		return "", err
	}
	prior, _ := c.Prior.toAPI(ctx, c.Diags)
	if lines := projectpolicy.Differences(prior, now); len(lines) > 0 {
		return "", changedSince(c, "  "+strings.Join(lines, "\n  "))
	}
	if _, known := before(ctx, c); !known {
		rememberBefore(ctx, c, now)
	}
	return now.GetEtag(), nil
}
