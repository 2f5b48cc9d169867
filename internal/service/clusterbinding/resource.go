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
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

type change = lifecycle.Change[model]

// bindingResource parses identities itself, because names of policies contain slashes.
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

// Metadata implements resource.Resource. The policy is a part of the identity, and it can change.
func (r *bindingResource) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	r.Resource.Metadata(ctx, req, resp)
	resp.ResourceBehavior.MutableIdentity = true
}

// operation returns a change of the model's cluster.
func operation(c *change, m *model, limit time.Duration) (of clusterop.Change, policy string, err error) {
	cluster, policy, err := m.names(c.Clients.Project())
	return clusterop.Change{Clients: c.Clients, Memory: c.Memory, Diags: c.Diags, Cluster: cluster, Limit: limit}, policy, err
}

// create binds the policy.
func create(ctx context.Context, c *change) error {
	limit, diags := c.Model.Timeouts.Create(ctx, clusterop.DefaultTimeout)
	c.Diags.Append(diags...)
	of, policy, err := operation(c, c.Model, limit)
	if err != nil {
		return err
	}
	c.Model.show(of.Cluster, policy)
	_, started, err := of.Make(ctx, func(now gcp.Setting, sent bool) (gcp.Setting, error) {
		return bind(of, policy, now, sent)
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
	if next := forgetNext(ctx, c); next != "" && !cluster.Setting.Binds(policy) && cluster.Setting.Binds(next) {
		policy = next
	}
	c.Model.show(of.Cluster, policy)
	switch bound, err := cluster.Setting.Bound(policy); {
	case err != nil:
		// It stays in the state: with the number in the configuration, the next apply corrects it.
		c.Diags.AddWarning(lifecycle.About("Policy binding is ambiguous", c.Model.ID.ValueString()), lifecycle.Words(err))
	case bound == "":
		return &gcp.Error{Kind: gcp.KindNotFound, Resource: c.Model.ID.ValueString(), Message: "the cluster is not bound to this policy"}
	}
	return nil
}

// update changes the policy. One update removes the old binding and adds the new one, so the
// cluster is never without both.
func update(ctx context.Context, c *change) error {
	limit, diags := c.Model.Timeouts.Update(ctx, clusterop.DefaultTimeout)
	c.Diags.Append(diags...)
	of, old, err := operation(c, c.Prior, limit)
	policy := c.Model.Policy.ValueString()
	if err != nil || policy == old {
		return err
	}
	of.Unbind = func(now gcp.Setting) (gcp.Setting, error) {
		if renamed(now, old, policy) {
			return now, nil
		}
		return now.Without(old)
	}
	_, started, err := of.Make(ctx, func(now gcp.Setting, sent bool) (gcp.Setting, error) {
		return bind(of, policy, now, sent || renamed(now, old, policy))
	})
	if err != nil {
		if started || gcp.IsKind(err, gcp.KindInterrupted, gcp.KindTimeout) {
			c.Diags.Append(c.Memory.Remember(ctx, memoryOfNext, policy)...)
		}
		return err
	}
	c.Model.show(of.Cluster, policy)
	if id := c.Prior.ID.ValueString(); !c.TakenOver(ctx, id) {
		c.Walk.Wrote(walk.Object{ID: id})
	}
	return nil
}

// destroy removes only this binding. A missing binding or cluster is no error.
func destroy(ctx context.Context, c *change) error {
	limit, diags := c.Prior.Timeouts.Delete(ctx, clusterop.DefaultTimeout)
	c.Diags.Append(diags...)
	of, policy, err := operation(c, c.Prior, limit)
	if err != nil {
		return err
	}
	of.Unbind = func(now gcp.Setting) (gcp.Setting, error) { return now.Without(policy) }
	_, _, err = of.Make(ctx, func(now gcp.Setting, _ bool) (gcp.Setting, error) { return now, nil })
	return err
}
