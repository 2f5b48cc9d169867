package gcp

import (
	"context"

	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// EditPolicy makes an edit of a project's policy together with all others that are pending: one read and one write, as long as nobody
// else writes at the same moment. It returns the policy as it is then.
func (c *Clients) EditPolicy(ctx context.Context, project string, edit Edit[*Policy]) (*Policy, error) {
	return c.policyEdits.edit(ctx, project, edit)
}

func (c *Clients) policyEditor() *editor[*Policy] {
	return &editor[*Policy]{
		read: c.FreshPolicy, write: c.UpdatePolicy, same: projectpolicy.Same, pause: c.config.Pause,
		about: func(project string) (method, resource string) { return updatePolicy.name, projectpolicy.ID(project) },
	}
}
