package probe

import (
	"context"
	"strings"

	"cloud.google.com/go/container/apiv1/containerpb"
)

// newClusterProbes share one cluster. The first probe sees it during its creation.
func newClusterProbes() []Probe {
	needs := []Need{NeedNewCluster}
	return []Probe{
		{
			ID: "GKE-NEW-BUSY", Needs: needs, Takes: 10 * minute,
			Unknown: "A cluster in PROVISIONING refuses updates, and names its create operation. The same applies to ERROR, " +
				"RECONCILING and STOPPING, not to DEGRADED.",
			Run: func(ctx context.Context, t *Trial) {
				name := t.newCluster(ctx)
				c, err := t.Clusters.GetCluster(ctx, &containerpb.GetClusterRequest{Name: name})
				t.Saw("get", c, err, "status")
				_, err = t.Clusters.UpdateCluster(ctx, &containerpb.UpdateClusterRequest{Name: name, Update: &containerpb.ClusterUpdate{
					DesiredBinaryAuthorization: &containerpb.BinaryAuthorization{EvaluationMode: 1},
				}})
				t.Saw("update", nil, err, "message")
			},
			Want: `
				get: OK status=PROVISIONING
				update: FAILED_PRECONDITION message="Cluster is running incompatible operation OPERATION."`,
		},
		{
			ID: "GKE-NEW-EXISTS", Needs: needs,
			Unknown: "A create of an existing cluster is ALREADY_EXISTS, even during its creation.",
			Run: func(ctx context.Context, t *Trial) {
				name := t.newCluster(ctx)
				if t.run.made == "" {
					return // a second create could succeed
				}
				parent, id, _ := cutCluster(name)
				_, err := t.Clusters.CreateCluster(
					ctx,
					&containerpb.CreateClusterRequest{Parent: parent, Cluster: &containerpb.Cluster{Name: id, InitialNodeCount: 1}},
				)
				t.Saw("create again", nil, err)
			},
			Want: `create again: ALREADY_EXISTS`,
		},
		{
			ID:      "GKE-NEW-PROGRESS",
			Needs:   needs,
			Unknown: "A finished create has progress, with the counts of a recording.",
			Run: func(ctx context.Context, t *Trial) {
				c := t.readyCluster(ctx)
				parent, _, _ := cutCluster(t.run.made)
				all, err := t.Clusters.ListOperations(ctx, &containerpb.ListOperationsRequest{Parent: parent})
				t.Setup("list operations", err)
				for _, op := range all.GetOperations() {
					if strings.HasSuffix(op.GetTargetLink(), "/clusters/"+c.GetName()) &&
						op.GetOperationType() == containerpb.Operation_CREATE_CLUSTER {
						t.Saw("create", op, nil, "status", "progress.metrics.*.name")
					}
				}
			},
			Want: `create: OK status=DONE progress.metrics.*.name=["CLUSTER_CONFIGURING","CLUSTER_CONFIGURING_TOTAL","CLUSTER_DEPLOYING",` +
				`"CLUSTER_DEPLOYING_TOTAL","CLUSTER_HEALTHCHECKING","CLUSTER_HEALTHCHECKING_TOTAL"]`,
		},
		{
			ID: "GKE-NEW-NODES", Needs: needs,
			Unknown: "A cluster with its own node pools has no initial_node_count. Its node_config is that of its first node pool.",
			Run: func(ctx context.Context, t *Trial) {
				t.Saw(
					"get",
					t.readyCluster(ctx),
					nil,
					"initial_node_count?",
					"current_node_count",
					"node_config.machine_type",
					"node_pools.*.name",
				)
			},
			Want: `get: OK initial_node_count=unset current_node_count=1 node_config.machine_type=e2-small node_pools.*.name=["probe"]`,
		},
		{
			ID: "GKE-NEW-FALSE", Needs: needs,
			Unknown: "Every message of a new cluster or node pool keeps its bools as sent: false and absent are indistinguishable. " +
				"Secure boot alone disables the integrity monitoring of the nodes.",
			Run: func(ctx context.Context, t *Trial) {
				t.Saw(
					"get",
					t.readyCluster(ctx),
					nil,
					"node_pools.0.config.shielded_instance_config.enable_secure_boot",
					"node_pools.0.config.shielded_instance_config.enable_integrity_monitoring",
				)
			},
			Want: `get: OK node_pools.0.config.shielded_instance_config.enable_secure_boot=true ` +
				`node_pools.0.config.shielded_instance_config.enable_integrity_monitoring=-`,
		},
		{
			ID:    "GKE-NEW-NETMASK",
			Needs: needs,
			Unknown: "Ranges are the standard ones unless the request has addresses; a netmask alone takes the start of the standard " +
				"range. The secondary ranges of a subnetwork are not looked up.",
			Run: func(ctx context.Context, t *Trial) {
				t.Saw(
					"get",
					t.readyCluster(ctx),
					nil,
					"cluster_ipv4_cidr",
					"services_ipv4_cidr",
					"ip_allocation_policy.cluster_ipv4_cidr_block",
				)
			},
			Want: `get: OK cluster_ipv4_cidr=10.92.0.0/20 services_ipv4_cidr=34.118.224.0/20 ` +
				`ip_allocation_policy.cluster_ipv4_cidr_block=10.92.0.0/20`,
		},
		{
			ID: "GKE-NEW-EMPTY", Needs: needs,
			Unknown: "Empty messages are returned as sent, except for those missing in recordings: network_policy, the window of " +
				"maintenance_policy, and global_access if false.",
			Run: func(ctx context.Context, t *Trial) {
				t.Saw("get", t.readyCluster(ctx), nil, "network_policy?", "maintenance_policy?", "maintenance_policy.window?")
			},
			Want: `get: OK network_policy=unset maintenance_policy=set maintenance_policy.window=unset`,
		},
		{
			ID: "GKE-NEW-SETTING", Needs: needs,
			Unknown: "A new cluster without a Binary Authorization setting has no message for it.",
			Run: func(ctx context.Context, t *Trial) {
				t.Saw("get", t.readyCluster(ctx), nil, "binary_authorization?")
			},
			Want: `get: OK binary_authorization=unset`,
		},
		{
			ID: "GKE-NEW-ROUTES", Needs: needs,
			Unknown: "Fields for use_ip_aliases only are INVALID_ARGUMENT with use_routes.",
			Run: func(ctx context.Context, t *Trial) {
				t.tryCluster(
					ctx,
					"a block of pods",
					&containerpb.Cluster{InitialNodeCount: 1, IpAllocationPolicy: &containerpb.IPAllocationPolicy{
						UseRoutes: true, ClusterIpv4CidrBlock: "/20",
					}},
				)
				t.tryCluster(ctx, "both", &containerpb.Cluster{InitialNodeCount: 1, IpAllocationPolicy: &containerpb.IPAllocationPolicy{
					UseRoutes: true, UseIpAliases: true,
				}})
			},
			Want: `
				a block of pods: INVALID_ARGUMENT
				both: INVALID_ARGUMENT`,
		},
		{
			ID: "GKE-NEW-ROUTES-READ", Needs: needs, Takes: 15 * minute,
			Unknown: "A cluster with use_routes has no ranges in ip_allocation_policy.",
			Run: func(ctx context.Context, t *Trial) {
				name := t.tryCluster(
					ctx,
					"create",
					&containerpb.Cluster{InitialNodeCount: 1, IpAllocationPolicy: &containerpb.IPAllocationPolicy{UseRoutes: true}},
				)
				_, err := t.idle(ctx, name)
				t.Setup("wait", err)
				c, err := t.Clusters.GetCluster(ctx, &containerpb.GetClusterRequest{Name: name})
				t.Saw(
					"get",
					c,
					err,
					"cluster_ipv4_cidr?",
					"ip_allocation_policy.use_routes",
					"ip_allocation_policy.cluster_ipv4_cidr_block?",
				)
			},
			Want: `
				create: OK
				get: OK cluster_ipv4_cidr=set ip_allocation_policy.use_routes=true ip_allocation_policy.cluster_ipv4_cidr_block=unset`,
		},
		{
			ID: "GKE-NEW-VERSION-ALIAS", Needs: needs,
			Unknown: "The available versions are fixed. An alias without a version in the cluster's channel is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.tryCluster(ctx, "1.2", &containerpb.Cluster{InitialNodeCount: 1, InitialClusterVersion: "1.2"})
				t.tryCluster(ctx, "newest", &containerpb.Cluster{InitialNodeCount: 1, InitialClusterVersion: "newest"})
			},
			Want: `
				1.2: INVALID_ARGUMENT
				newest: INVALID_ARGUMENT`,
		},
		{
			ID: "GKE-NEW-VERSION-OLD", Needs: needs, Takes: 15 * minute,
			Unknown: "A full version is accepted even if it is not available, and node versions are not compared with the master's.",
			Run: func(ctx context.Context, t *Trial) {
				t.tryCluster(
					ctx,
					"a full version of long ago",
					&containerpb.Cluster{InitialNodeCount: 1, InitialClusterVersion: "1.20.1-gke.1"},
				)
			},
			Want: `a full version of long ago: OK`,
		},
		{
			ID: "GKE-NEW-NO-NODES", Needs: needs, Takes: 15 * minute,
			Unknown: "A cluster without any number of nodes gets one node, although GKE may refuse it.",
			Run: func(ctx context.Context, t *Trial) {
				name := t.tryCluster(ctx, "create", &containerpb.Cluster{})
				c, err := t.Clusters.GetCluster(ctx, &containerpb.GetClusterRequest{Name: name})
				t.Saw("get", c, err, "initial_node_count")
			},
			Want: `
				create: OK
				get: OK initial_node_count=1`,
		},
		{
			ID: "GKE-NEW-AUTOPILOT", Needs: needs, Takes: 20 * minute,
			Unknown: "A cluster on Autopilot has no initial_node_count and no nodes. Its node pools cannot be changed.",
			Run: func(ctx context.Context, t *Trial) {
				parent := t.Parent() + "/locations/" + t.NewClusterIn[:strings.LastIndex(t.NewClusterIn, "-")]
				name := parent + "/clusters/" + t.ID("auto")
				_, err := t.Clusters.CreateCluster(ctx, &containerpb.CreateClusterRequest{Parent: parent, Cluster: &containerpb.Cluster{
					Name: t.ID("auto"), Autopilot: &containerpb.Autopilot{Enabled: true},
				}})
				t.Made(name, name, err, func(ctx context.Context) error { return t.removeCluster(ctx, name) })
				t.Saw("create", nil, err)
				_, err = t.idle(ctx, name)
				t.Setup("wait", err)
				c, err := t.Clusters.GetCluster(ctx, &containerpb.GetClusterRequest{Name: name})
				t.Saw("get", c, err, "initial_node_count?", "current_node_count?")
				_, err = t.Clusters.CreateNodePool(
					ctx,
					&containerpb.CreateNodePoolRequest{
						Parent:   name,
						NodePool: &containerpb.NodePool{Name: "probe", InitialNodeCount: 1},
					},
				)
				t.Saw("add a node pool", nil, err)
			},
			Want: `
				create: OK
				get: OK initial_node_count=unset current_node_count=unset
				add a node pool: INVALID_ARGUMENT`,
		},
	}
}

// cutCluster returns the parent and the id of a cluster.
func cutCluster(name string) (parent, id string, ok bool) { return strings.Cut(name, "/clusters/") }
