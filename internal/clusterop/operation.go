package clusterop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// memoryOfOperation is the bare id of an operation of ours that nobody has seen the end of.
const memoryOfOperation = "operation"

// Change is a change of a cluster by one resource.
type Change struct {
	Clients *gcp.Clients
	Memory  lifecycle.Memory
	Diags   *diag.Diagnostics
	Cluster resname.Cluster
	// Limit is how long to wait.
	Limit time.Duration
}

// Pending is the operation that is remembered, "" if there is none.
func Pending(ctx context.Context, memory lifecycle.Memory) string {
	var operation string
	memory.Recall(ctx, memoryOfOperation, &operation)
	return operation
}

func (c Change) remember(ctx context.Context, operation string) {
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfOperation, operation)...)
}

// Make brings the cluster to what decide wants. started says that an operation of ours may still be under way.
func (c Change) Make(
	ctx context.Context, decide func(now gcp.Setting, sent bool) (gcp.Setting, error),
) (setting gcp.Setting, started bool, err error) {
	limited, cancel := context.WithTimeout(ctx, c.Limit)
	defer cancel()
	setting, err = c.Clients.ChangeSetting(limited, gcp.SettingChange{
		Cluster: c.Cluster, Decide: decide,
		Started: func(operation string) {
			started = true
			c.remember(ctx, operation)
		},
		Waiting: func(reason string) { tflog.Info(ctx, reason) },
	})
	if started && finished(err) {
		c.remember(ctx, "")
	}
	return setting, started && !finished(err), err
}

// finished says that the operation is not under way any more, as far as can be known.
func finished(err error) bool {
	return err == nil || gcp.IsKind(err, gcp.KindFailed, gcp.KindOrgPolicy)
}

// Created is the error of a create. One that cannot see the end of its operation is a warning: an error would taint the resource, or leave
// it in no state although the operation goes on.
func (c Change) Created(ctx context.Context, started bool, err error) error {
	switch {
	case gcp.IsKind(err, gcp.KindNotFound):
		return &lifecycle.AttributeError{Path: path.Root("cluster"), Err: withRemedy(err,
			"Create the cluster first; if the same configuration creates it, refer to its id here so that Terraform knows the order.")}
	case err != nil && started:
		c.Diags.AddWarning(lifecycle.About(unfinished(err), c.Cluster.String()), fmt.Sprintf(
			"%s does not have the setting yet: %s\n\nThe operation %s goes on by itself. The next plan waits for it and shows how it "+
				"ended.",
			c.Cluster, err, Pending(ctx, c.Memory)))
		return nil
	}
	return err
}

func unfinished(err error) string {
	if gcp.IsKind(err, gcp.KindInterrupted) {
		return "Interrupted while the cluster changes"
	}
	return "The cluster is still changing"
}

// withRemedy replaces the advice of an error.
func withRemedy(err error, advice string) error {
	if e, ok := errors.AsType[*gcp.Error](err); ok {
		e.Remedy = advice
	}
	return err
}

// Resume waits for an operation that an interrupted apply left behind.
func (c Change) Resume(ctx context.Context, limits timeouts.Value) error {
	operation := Pending(ctx, c.Memory)
	if operation == "" {
		return nil
	}
	limit, diags := limits.Read(ctx, DefaultTimeout)
	c.Diags.Append(diags...)
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := c.Clients.WaitOperation(limited, c.Cluster, operation)
	switch {
	case gcp.IsKind(err, gcp.KindFailed, gcp.KindOrgPolicy):
		c.Diags.AddWarning(lifecycle.About("The interrupted change of the cluster failed", c.Cluster.String()), err.Error())
	case err != nil && !gcp.IsKind(err, gcp.KindNotFound, gcp.KindDenied):
		return err // what may not be read, or is forgotten, the cluster itself will show
	}
	c.remember(ctx, "")
	return nil
}
