// Package clusterbinding is the resource binauthz_cluster_policy_binding: one platform policy that a GKE cluster is bound to, beside those
// that others bind.
package clusterbinding

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/clusterop"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

type change = lifecycle.Change[model]

// bindingResource reads identities in a way of its own: names of policies have slashes.
type bindingResource struct {
	lifecycle.Resource[model]
}

// NewResource makes the resource binauthz_cluster_policy_binding.
func NewResource() resource.Resource {
	return &bindingResource{lifecycle.Resource[model]{
		Noun: "cluster_policy_binding", Title: "Policy binding", Describe: describe,
		Identity: []lifecycle.IdentityAttribute{
			{Name: "project", Description: "Id of the cluster's project. Defaults to the provider's.", Optional: true},
			{Name: "location", Description: "Region or zone of the cluster."},
			{Name: "cluster", Description: "Short name of the cluster."},
			{Name: "policy", Description: "Full name of the platform policy: projects/{project}/platforms/gke/policies/{policy}."},
		},
		Ops: lifecycle.Ops[model]{
			Name:  func(m *model) string { return m.ID.ValueString() },
			Parse: parse, Identify: identify, Validate: validate, Plan: plan, PlanDelete: planDelete,
			Create: create, Read: read, Update: update, Delete: destroy,
		},
	}}
}

func validate(_ context.Context, c *change) {
	if !c.Config.Cluster.IsUnknown() {
		if _, err := resname.ParseCluster(c.Config.Cluster.ValueString(), "providers-project"); err != nil {
			c.Diags.AddAttributeError(path.Root("cluster"), "Invalid cluster", err.Error())
		}
	}
	if !c.Config.Policy.IsUnknown() {
		if _, err := resname.ParseBoundPolicy(c.Config.Policy.ValueString()); err != nil {
			c.Diags.AddAttributeError(path.Root("policy"), "Invalid platform policy", err.Error()+".")
		}
	}
}

// operation is a change of the cluster that a model names.
func operation(c *change, m *model, limit time.Duration) (of clusterop.Change, policy string, err error) {
	cluster, policy, err := m.names(c.Clients.Project())
	return clusterop.Change{Clients: c.Clients, Memory: c.Memory, Diags: c.Diags, Cluster: cluster, Limit: limit}, policy, err
}

// create binds the policy. A binding that is there already is somebody else's, unless it is what a first try, whose reply was lost, has
// made.
func create(ctx context.Context, c *change) error {
	limit, diags := c.Model.Timeouts.Create(ctx, clusterop.DefaultTimeout)
	c.Diags.Append(diags...)
	of, policy, err := operation(c, c.Model, limit)
	if err != nil {
		return err
	}
	c.Model.show(of.Cluster, policy)
	_, started, err := of.Make(ctx, func(now gcp.Setting, sent bool) (gcp.Setting, error) {
		switch {
		case !now.Binds(policy):
			return now.With(policy), nil
		case sent:
			return now, nil
		}
		return now, &gcp.Error{
			Kind: gcp.KindExists, Method: "UpdateCluster", Resource: c.Model.ID.ValueString(),
			Message: "the cluster is bound to this policy already",
		}
	})
	return of.Created(ctx, started, err)
}

func read(ctx context.Context, c *change) error {
	of, policy, err := operation(c, c.Model, 0)
	if err != nil {
		return err
	}
	if err := of.Resume(ctx, c.Model.Timeouts); err != nil {
		return err
	}
	cluster, err := c.Clients.Cluster(ctx, of.Cluster)
	if err != nil {
		return err
	}
	c.Model.show(of.Cluster, policy)
	if !cluster.Setting.Binds(policy) {
		return &gcp.Error{Kind: gcp.KindNotFound, Resource: c.Model.ID.ValueString(), Message: "the cluster is not bound to this policy"}
	}
	return nil
}

// update has nothing to send: another cluster or another policy is another binding.
func update(context.Context, *change) error { return nil }

// destroy removes the binding, and nothing else. One that is gone, also with its cluster, is removed already.
func destroy(ctx context.Context, c *change) error {
	limit, diags := c.Prior.Timeouts.Delete(ctx, clusterop.DefaultTimeout)
	c.Diags.Append(diags...)
	of, policy, err := operation(c, c.Prior, limit)
	if err != nil {
		return err
	}
	_, _, err = of.Make(ctx, func(now gcp.Setting, _ bool) (gcp.Setting, error) {
		if !now.Binds(policy) {
			return now, nil
		}
		return now.Without(policy), nil
	})
	return err
}
