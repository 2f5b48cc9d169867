package probe

import (
	"context"
	"fmt"
	"strings"

	"cloud.google.com/go/container/apiv1/containerpb"
	beta "google.golang.org/api/container/v1beta1"
)

const (
	disabled     = "DISABLED"
	enforce      = "PROJECT_SINGLETON_POLICY_ENFORCE"
	bindings     = "POLICY_BINDINGS"
	bindingsBoth = "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"
)

func setting(mode string, policies ...string) *beta.BinaryAuthorization {
	b := &beta.BinaryAuthorization{EvaluationMode: mode}
	for _, name := range policies {
		b.PolicyBindings = append(b.PolicyBindings, &beta.PolicyBinding{Name: name})
	}
	return b
}

func clusterUpdate(b *beta.BinaryAuthorization) *beta.UpdateClusterRequest {
	return &beta.UpdateClusterRequest{Update: &beta.ClusterUpdate{DesiredBinaryAuthorization: b}}
}

// updateCluster updates the named cluster through v1beta1, and waits for the operation.
func (t *Trial) updateCluster(ctx context.Context, u *beta.ClusterUpdate) (*beta.Operation, error) {
	op, err := t.Beta.Update(t.Cluster, &beta.UpdateClusterRequest{Update: u}).Context(ctx).Do()
	if err != nil {
		return nil, err
	}
	return op, t.finished(ctx, t.Cluster, op.Name)
}

// finished waits for the end of an operation. A failed operation is an error.
func (t *Trial) finished(ctx context.Context, cluster, operation string) error {
	location, _, _ := strings.Cut(cluster, "/clusters/")
	var failure error
	t.Until(ctx, "wait for an operation", func() (bool, error) {
		op, err := t.Clusters.GetOperation(ctx, &containerpb.GetOperationRequest{Name: location + "/operations/" + operation})
		if e := op.GetError(); e != nil {
			failure = fmt.Errorf("the operation failed: %s", e.GetMessage())
		}
		return op.GetStatus() == containerpb.Operation_DONE, err
	})
	return failure
}

// idleCluster waits until the named cluster accepts updates.
func (t *Trial) idleCluster(ctx context.Context) *beta.Cluster {
	c, err := t.idle(ctx, t.Cluster)
	t.Setup("wait for the cluster", err)
	if c == nil {
		c = &beta.Cluster{}
	}
	return c
}

// set sends a setting and reports the answer.
func (t *Trial) set(ctx context.Context, step string, b *beta.BinaryAuthorization) {
	_, err := t.updateCluster(ctx, &beta.ClusterUpdate{DesiredBinaryAuthorization: b})
	t.Saw(step, nil, err)
}

func (t *Trial) readSetting(ctx context.Context, fields ...string) {
	c, err := t.Beta.Get(t.Cluster).Context(ctx).Do()
	t.Saw("get", c, err, fields...)
}

// newCluster returns the cluster shared by the probes of new clusters. It is deleted at the end of
// the run. It has its own node pool, a netmask for its pods, and empty or false messages.
func (t *Trial) newCluster(ctx context.Context) string {
	if t.run.made != "" {
		return t.run.made
	}
	id := t.run.shared.prefix + "new"
	name := t.Parent() + "/locations/" + t.NewClusterIn + "/clusters/" + id
	_, err := t.Clusters.CreateCluster(ctx, &containerpb.CreateClusterRequest{
		Parent: t.Parent() + "/locations/" + t.NewClusterIn,
		Cluster: &containerpb.Cluster{
			Name: id,
			NodePools: []*containerpb.NodePool{{
				Name: "probe", InitialNodeCount: 1,
				Config: &containerpb.NodeConfig{
					MachineType: "e2-small", DiskSizeGb: 20,
					ShieldedInstanceConfig: &containerpb.ShieldedInstanceConfig{EnableSecureBoot: true},
				},
			}},
			IpAllocationPolicy: &containerpb.IPAllocationPolicy{UseIpAliases: true, ClusterIpv4CidrBlock: "/20"},
			NetworkPolicy:      &containerpb.NetworkPolicy{},
			MaintenancePolicy:  &containerpb.MaintenancePolicy{Window: &containerpb.MaintenanceWindow{}},
			ReleaseChannel:     &containerpb.ReleaseChannel{Channel: containerpb.ReleaseChannel_REGULAR},
		},
	})
	t.Setup("create a cluster", err)
	if mayExist(err) {
		t.run.made = name
		remove := func(ctx context.Context) error { return t.removeCluster(ctx, name) }
		t.Setup("create a cluster", t.run.shared.add(name, name, remove))
	}
	return name
}

// readyCluster waits until newCluster runs.
func (t *Trial) readyCluster(ctx context.Context) *containerpb.Cluster {
	name := t.newCluster(ctx)
	_, err := t.idle(ctx, name)
	t.Setup("wait for the new cluster", err)
	c, err := t.Clusters.GetCluster(ctx, &containerpb.GetClusterRequest{Name: name})
	t.Setup("read the new cluster", err)
	return c
}

// tryCluster creates a cluster that should be refused. If the create succeeds, the cluster is
// deleted.
func (t *Trial) tryCluster(ctx context.Context, step string, c *containerpb.Cluster) string {
	c.Name = t.ID("try")
	parent := t.Parent() + "/locations/" + t.NewClusterIn
	name := parent + "/clusters/" + c.GetName()
	_, err := t.Clusters.CreateCluster(ctx, &containerpb.CreateClusterRequest{Parent: parent, Cluster: c})
	t.Made(name, name, err, func(ctx context.Context) error { return t.removeCluster(ctx, name) })
	t.Saw(step, nil, err)
	return name
}

// removeCluster deletes a cluster of this run and waits for the end, so that its name is free and
// nothing costs money.
func (t *Trial) removeCluster(ctx context.Context, name string) error {
	if _, err := t.idle(ctx, name); err != nil {
		return err
	}
	op, err := t.Clusters.DeleteCluster(ctx, &containerpb.DeleteClusterRequest{Name: name})
	if err != nil {
		return err
	}
	return t.finished(ctx, name, op.GetName())
}
