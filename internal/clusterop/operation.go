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

// memoryOfOperation is the bare id of our operation, until its end is known.
const memoryOfOperation = "operation"

// Change is a change of a cluster by one resource.
type Change struct {
	Clients *gcp.Clients
	Memory  lifecycle.Memory
	Diags   *diag.Diagnostics
	Cluster resname.Cluster
	// Limit is the time limit of the wait.
	Limit time.Duration
	// Unbind is as in gcp.SettingChange. May be nil.
	Unbind func(now gcp.Setting) (gcp.Setting, error)
}

// Pending returns the remembered operation, or "".
func Pending(ctx context.Context, memory lifecycle.Memory) string {
	var operation string
	memory.Recall(ctx, memoryOfOperation, &operation)
	return operation
}

func (c Change) remember(ctx context.Context, operation string) {
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfOperation, operation)...)
}

// Make changes the cluster to the setting returned by decide. started reports whether an operation
// of ours may still be running, also after an interrupted update without a reply.
func (c Change) Make(
	ctx context.Context, decide func(now gcp.Setting, sent bool) (gcp.Setting, error),
) (setting gcp.Setting, started bool, err error) {
	limited, cancel := context.WithTimeout(ctx, c.Limit)
	defer cancel()
	setting, err = c.Clients.ChangeSetting(limited, gcp.SettingChange{
		Cluster: c.Cluster, Unbind: c.Unbind, Decide: decide,
		Started: func(operation string) {
			started = true
			c.remember(ctx, operation)
		},
		Waiting: func(reason string) { tflog.Info(ctx, reason) },
	})
	if started && finished(err) {
		c.remember(ctx, "")
	}
	started = started || gcp.IsKind(err, gcp.KindInterrupted) && gcp.MayHaveWritten(err)
	return setting, started && !finished(err), err
}

// finished reports whether the operation has certainly ended.
func finished(err error) bool {
	return err == nil || gcp.IsKind(err, gcp.KindFailed, gcp.KindOrgPolicy)
}

// Created converts the error of a create. An operation with an unknown end becomes a warning: an
// error would taint the resource, or lose it from the state although the operation continues.
func (c Change) Created(ctx context.Context, started bool, err error) error {
	switch {
	case gcp.IsKind(err, gcp.KindNotFound):
		return &lifecycle.AttributeError{Path: path.Root("cluster"), Err: withRemedy(err,
			"Create the cluster first. If the same configuration creates it, refer to its id here, so that Terraform creates it first.")}
	case err != nil && started:
		said := fmt.Sprintf("%s may have the setting or not: %s\n\nThe next plan reads the cluster and shows the remaining changes.",
			c.Cluster, err)
		if operation := Pending(ctx, c.Memory); operation != "" {
			said = fmt.Sprintf("%s does not have the setting yet: %s\n\nThe operation %s continues. The next plan waits for it and "+
				"reports its result.", c.Cluster, err, operation)
		}
		c.Diags.AddWarning(lifecycle.About(unfinished(err), c.Cluster.String()), said)
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

// withRemedy replaces the remedy of an error.
func withRemedy(err error, advice string) error {
	if e, ok := errors.AsType[*gcp.Error](err); ok {
		e.Remedy = advice
	}
	return err
}

// Resume waits for an operation left by an interrupted apply.
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
		return err // without permission or record, the cluster itself shows the result
	}
	c.remember(ctx, "")
	return nil
}
