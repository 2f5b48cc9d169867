package cluster

import (
	"context"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

func unfinished(err error) string {
	if gcp.IsKind(err, gcp.KindInterrupted) {
		return "Interrupted while the cluster changes"
	}
	return "The cluster is still changing"
}

// finished says that the operation is not under way any more, as far as can be known.
func finished(err error) bool {
	return err == nil || gcp.IsKind(err, gcp.KindFailed, gcp.KindOrgPolicy)
}

// resume waits for an operation that an interrupted apply left behind.
func resume(ctx context.Context, c *change, name resname.Cluster) error {
	operation := pendingOperation(ctx, c)
	if operation == "" {
		return nil
	}
	limit, diags := c.Model.Timeouts.Read(ctx, defaultTimeout)
	c.Diags.Append(diags...)
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := c.Clients.WaitOperation(limited, name, operation)
	switch {
	case gcp.IsKind(err, gcp.KindFailed, gcp.KindOrgPolicy):
		c.Diags.AddWarning(lifecycle.About("The interrupted change of the cluster failed", name.String()), err.Error())
	case err != nil && !gcp.IsKind(err, gcp.KindNotFound, gcp.KindDenied):
		return err // what may not be read, or is forgotten, the cluster itself will show
	}
	rememberOperation(ctx, c, "")
	return nil
}
