package policy

import (
	"context"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// pinned is the etag from the refresh of the plan: with it, a write cannot overwrite a later
// change. A moved policy without a read has no etag. The live policy must then equal the state, and
// is stored as the earlier policy.
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
