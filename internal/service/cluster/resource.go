// Package cluster is the resource binauthz_cluster_settings and its data sources: what a GKE cluster evaluates.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

type change = lifecycle.Change[model]

// defaultTimeout leaves room for an upgrade of the control plane to finish first.
const defaultTimeout = 45 * time.Minute

// NewResource makes the resource binauthz_cluster_settings.
func NewResource() resource.Resource {
	return &lifecycle.Resource[model]{
		Noun: "cluster_settings", Describe: describe,
		Identity: []lifecycle.IdentityAttribute{
			{Name: "project", Description: "Id of the cluster's project. Defaults to the provider's.", Optional: true},
			{Name: "location", Description: "Region or zone of the cluster."},
			{Name: "name", Description: "Short name of the cluster."},
		},
		Ops: lifecycle.Ops[model]{
			Name:  func(m *model) string { return m.ID.ValueString() },
			Parse: parse, Identify: identify, Validate: validate, Plan: plan, PlanDelete: planDelete, InPlaceOnly: true,
			Create: create, Read: read, Update: update, Delete: destroy,
		},
		Recognition: &lifecycle.Recognition[model]{Stored: stored, Live: live, Plain: plain},
	}
}

func parse(id, project string) (map[string]string, error) {
	name, err := resname.ParseCluster(id, project)
	return map[string]string{"id": name.String(), "cluster": name.String()}, err
}

func identify(m *model) map[string]string {
	name, err := resname.ParseCluster(m.ID.ValueString(), "")
	if err != nil {
		return nil
	}
	return map[string]string{"project": name.Project, "location": name.Location, "name": name.ID}
}

func create(ctx context.Context, c *change) error {
	limit, diags := c.Model.Timeouts.Create(ctx, defaultTimeout)
	c.Diags.Append(diags...)
	started, err := bring(ctx, c, limit)
	switch {
	case gcp.IsKind(err, gcp.KindNotFound):
		return &lifecycle.AttributeError{Path: path.Root("cluster"), Err: withRemedy(err, "Create the cluster first; if the same configuration creates it, refer to its id here so that Terraform knows the order.")}
	case err != nil && started && !finished(err):
		// An error here would taint the resource, and the next apply would switch the cluster off and on again; without a
		// state nobody would remember what was there before we came.
		c.Diags.AddWarning(lifecycle.About(unfinished(err), c.Model.ID.ValueString()), fmt.Sprintf(
			"%s does not have the setting yet: %s\n\nThe operation %s goes on by itself. The next plan waits for it and shows how it ended.",
			c.Model.ID.ValueString(), err, pendingOperation(ctx, c)))
		return nil
	}
	return err
}

func update(ctx context.Context, c *change) error {
	if !c.Model.ID.Equal(c.Prior.ID) {
		return fmt.Errorf("another cluster needs a new resource, not an update to %s", c.Model.ID.ValueString())
	}
	limit, diags := c.Model.Timeouts.Update(ctx, defaultTimeout)
	c.Diags.Append(diags...)
	_, err := bring(ctx, c, limit)
	return err
}

// bring gives the cluster the mode of the plan. started says that an operation of ours may still be under way.
func bring(ctx context.Context, c *change, limit time.Duration) (started bool, err error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	name, err := c.Model.name(c.Clients.Project())
	if err != nil {
		return false, err
	}
	_, known := before(ctx, c)
	setting, err := c.Clients.ChangeSetting(limited, gcp.SettingChange{
		Cluster: name,
		Decide: func(now gcp.Setting) (gcp.Setting, error) {
			if !known {
				rememberBefore(ctx, c, now)
				known = true
			}
			return target(now, c.Model.EvaluationMode.ValueString())
		},
		Started: func(operation string) {
			started = true
			rememberOperation(ctx, c, operation)
		},
		Waiting: func(reason string) { tflog.Info(ctx, reason) },
	})
	if started && finished(err) {
		rememberOperation(ctx, c, "")
	}
	planned := *c.Model
	c.Model.fromAPI(ctx, name, setting)
	if !planned.PolicyBindings.IsUnknown() {
		c.Model.PolicyBindings = planned.PolicyBindings
	}
	c.Model.EvaluationMode = planned.EvaluationMode
	return started, err
}

func read(ctx context.Context, c *change) error {
	name, err := c.Model.name(c.Clients.Project())
	if err != nil {
		return err
	}
	if err := resume(ctx, c, name); err != nil {
		return err
	}
	cluster, err := c.Clients.Cluster(ctx, name)
	if err != nil {
		return err
	}
	if _, known := before(ctx, c); !known {
		rememberBefore(ctx, c, cluster.Setting)
	}
	c.Model.fromAPI(ctx, name, cluster.Setting)
	return nil
}

func destroy(ctx context.Context, c *change) error {
	policy := c.Prior.DeletionPolicy.ValueString()
	switch policy {
	case deletionAbandon:
		return nil
	case deletionPrevent:
		return fmt.Errorf("deletion_policy is PREVENT; set another one and apply that first")
	}
	limit, diags := c.Prior.Timeouts.Delete(ctx, defaultTimeout)
	c.Diags.Append(diags...)
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	name, err := c.Prior.name("")
	if err != nil {
		return err
	}
	earlier, _ := before(ctx, c)
	_, err = c.Clients.ChangeSetting(limited, gcp.SettingChange{
		Cluster: name,
		Decide:  func(now gcp.Setting) (gcp.Setting, error) { return afterDelete(now, earlier, policy), nil },
		Started: func(operation string) { rememberOperation(ctx, c, operation) },
		Waiting: func(reason string) { tflog.Info(ctx, reason) },
	})
	return err
}

// withRemedy replaces the advice of an error.
func withRemedy(err error, advice string) error {
	if e, ok := errors.AsType[*gcp.Error](err); ok {
		e.Remedy = advice
	}
	return err
}
