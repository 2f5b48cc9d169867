package gcp

import (
	"context"

	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// EditPolicy merges an edit with all pending edits of the same policy into one read and one write,
// repeated after a conflict. It returns the written policy.
func (c *Clients) EditPolicy(ctx context.Context, project string, edit Edit[*Policy]) (*Policy, error) {
	return c.policyEdits.edit(ctx, project, edit)
}

func (c *Clients) policyEditor() *editor[*Policy] {
	return &editor[*Policy]{
		read: c.FreshPolicy, write: c.UpdatePolicy, same: projectpolicy.Same, pause: c.config.Pause,
		about: func(project string) (method, resource string) { return updatePolicy.name, projectpolicy.ID(project) },
	}
}
