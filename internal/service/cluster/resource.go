package cluster

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/clusterop"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

type change = lifecycle.Change[model]

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
		Recognition: &lifecycle.Recognition[model]{Stored: stored, Live: live, Plain: plain, Note: noteUnchanged},
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
	limit, diags := c.Model.Timeouts.Create(ctx, clusterop.DefaultTimeout)
	c.Diags.Append(diags...)
	of, err := operation(c, c.Model, limit)
	if err != nil {
		return err
	}
	started, err := bring(ctx, c, of)
	return of.Created(ctx, started, err)
}

func update(ctx context.Context, c *change) error {
	if !c.Model.ID.Equal(c.Prior.ID) {
		return fmt.Errorf("another cluster needs a new resource, not an update of %s", c.Model.ID.ValueString())
	}
	limit, diags := c.Model.Timeouts.Update(ctx, clusterop.DefaultTimeout)
	c.Diags.Append(diags...)
	of, err := operation(c, c.Model, limit)
	if err != nil {
		return err
	}
	_, err = bring(ctx, c, of)
	return err
}

// operation returns a change of the model's cluster.
func operation(c *change, m *model, limit time.Duration) (clusterop.Change, error) {
	name, err := m.name(c.Clients.Project())
	return clusterop.Change{Clients: c.Clients, Memory: c.Memory, Diags: c.Diags, Cluster: name, Limit: limit}, err
}

// bring gives the cluster the planned setting. started reports whether an operation of ours may
// still be running.
func bring(ctx context.Context, c *change, of clusterop.Change) (started bool, err error) {
	_, known := before(ctx, c)
	var was atomic.Pointer[gcp.Setting] // pending changes of several resources run concurrently
	want, removes := c.Model.wish(), removed(c)
	if c.Prior != nil {
		want.known = names(c.Prior.PolicyBindings)
	}
	setting, started, err := of.Make(ctx, func(now gcp.Setting, _ bool) (gcp.Setting, error) {
		was.CompareAndSwap(nil, &now)
		if err := want.unseen(of.Cluster.String(), now, removes); err != nil {
			return now, err
		}
		return want.target(now), want.stale(of.Cluster.String(), now, c.Prior)
	})
	if first := was.Load(); first != nil && !known {
		rememberBefore(ctx, c, *first)
	}
	if err == nil || started {
		rememberList(ctx, c, want, err == nil)
	}
	planned := *c.Model
	c.Model.fromAPI(ctx, of.Cluster, setting)
	if !planned.PolicyBindings.IsUnknown() {
		c.Model.PolicyBindings = planned.PolicyBindings
	}
	c.Model.EvaluationMode = planned.EvaluationMode
	return started, err
}

func read(ctx context.Context, c *change) error {
	of, err := operation(c, c.Model, 0)
	if err != nil {
		return err
	}
	pending := clusterop.Pending(ctx, c.Memory) != ""
	if err := of.Resume(ctx, c.Model.Timeouts); err != nil {
		return err
	}
	cluster, err := c.Clients.Cluster(ctx, of.Cluster)
	if err != nil {
		return err
	}
	if _, known := before(ctx, c); !known {
		rememberBefore(ctx, c, cluster.Setting)
	}
	if pending {
		keepBound(ctx, c, cluster.Setting)
	}
	c.Model.fromAPI(ctx, of.Cluster, cluster.Setting)
	return nil
}

func destroy(ctx context.Context, c *change) error {
	e := endOf(ctx, c)
	switch e.policy {
	case deletionAbandon:
		return nil
	case deletionPrevent:
		return fmt.Errorf("deletion_policy is PREVENT; set and apply another one first")
	}
	limit, diags := c.Prior.Timeouts.Delete(ctx, clusterop.DefaultTimeout)
	c.Diags.Append(diags...)
	of, err := operation(c, c.Prior, limit)
	if err != nil {
		return err
	}
	_, _, err = of.Make(ctx, func(now gcp.Setting, _ bool) (gcp.Setting, error) { return e.after(now) })
	return err
}
