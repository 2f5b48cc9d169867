package gke_test

import (
	"testing"
	"time"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"

	beta "google.golang.org/api/container/v1beta1"
)

const defaultPool = zonal + "/nodePools/default-pool"

// make creates the cluster at zonal or, when it is Autopilot's, at regional.
func (c *cloud) make(t *testing.T, m *containerpb.Cluster) *containerpb.Cluster {
	t.Helper()
	name, parent := zonal, "projects/demo/locations/us-central1-a"
	m.Name = "prod"
	if m.GetAutopilot().GetEnabled() {
		name, parent, m.Name = regional, "projects/demo/locations/europe-west1", "dev"
	}
	_, err := c.v1.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{Parent: parent, Cluster: m})
	must(t, err)
	return c.get(t, name)
}

func TestNodeCounts(t *testing.T) {
	t.Parallel()
	pools := []*containerpb.NodePool{{Name: "small", InitialNodeCount: 2}, {Name: "large", InitialNodeCount: 3}, {Name: "empty"}}
	for what, want := range map[string]struct {
		asked            *containerpb.Cluster
		initial, current int32
	}{
		"by the cluster":   {&containerpb.Cluster{InitialNodeCount: 3}, 3, 3},
		"in several zones": {&containerpb.Cluster{InitialNodeCount: 3, Locations: []string{"us-central1-a", "us-central1-b"}}, 3, 6},
		"by pools":         {&containerpb.Cluster{NodePools: pools}, 0, 5},
		"Autopilot":        {&containerpb.Cluster{Autopilot: &containerpb.Autopilot{Enabled: true}}, 0, 0},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			m := start(t, 0).make(t, want.asked)
			equal(t, "initial_node_count", m.InitialNodeCount, want.initial)
			equal(t, "current_node_count", m.CurrentNodeCount, want.current)
		})
	}
}

func TestDeleteNodePool(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	op, err := c.v1.DeleteNodePool(t.Context(), &containerpb.DeleteNodePoolRequest{Name: defaultPool})
	must(t, err)
	equal(t, "operation_type", op.OperationType, containerpb.Operation_DELETE_NODE_POOL)
	zone := "https://container.googleapis.com/v1/projects/" + c.world.ProjectNumber("demo") + "/zones/us-central1-a"
	equal(t, "target_link", op.TargetLink, zone+"/clusters/prod/nodePools/default-pool")
	equal(t, "the pools meanwhile", len(c.get(t, zonal).NodePools), 1)
	_, err = c.set(t, zonal, 2)
	refused(t, err, codes.FailedPrecondition, "Cluster is running incompatible operation "+op.Name+".")
	before := c.get(t, zonal)
	c.pass(time.Minute)
	m := c.get(t, zonal)
	equal(t, "the pools", len(m.NodePools), 0)
	equal(t, "initial_node_count", m.InitialNodeCount, before.InitialNodeCount)
	equal(t, "current_node_count", m.CurrentNodeCount, 0)
	if m.Etag == before.Etag {
		t.Error("the etag is still the old one")
	}
	_, err = c.v1.DeleteNodePool(t.Context(), &containerpb.DeleteNodePoolRequest{Name: defaultPool})
	refused(t, err, codes.NotFound, "Not found: projects/demo/zones/us-central1-a/clusters/prod/nodePools/default-pool.")
}

func TestNodePools(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	_, err := c.v1.CreateNodePool(t.Context(), &containerpb.CreateNodePoolRequest{
		ProjectId: "demo", Zone: "us-central1-a", ClusterId: "prod", NodePool: &containerpb.NodePool{Name: "more", InitialNodeCount: 4},
	})
	must(t, err)
	more, err := c.v1.GetNodePool(t.Context(), &containerpb.GetNodePoolRequest{
		ProjectId:  "demo",
		Zone:       "us-central1-a",
		ClusterId:  "prod",
		NodePoolId: "more",
	})
	must(t, err)
	equal(t, "the count", more.InitialNodeCount, 4)
	equal(t, "the link", more.SelfLink, c.get(t, zonal).SelfLink+"/nodePools/more")
	equal(t, "current_node_count", c.get(t, zonal).CurrentNodeCount, 5)
	all, err := c.v1.ListNodePools(t.Context(), &containerpb.ListNodePoolsRequest{Parent: zonal})
	must(t, err)
	equal(t, "the pools", len(all.NodePools), 2)
}

func TestNodePoolRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	auto := c.make(t, &containerpb.Cluster{Autopilot: &containerpb.Autopilot{Enabled: true}})
	equal(t, "autopilot", auto.Autopilot.Enabled, true)
	for _, want := range []struct {
		name    string
		code    codes.Code
		message string
	}{
		{zonal + "/nodePools/none", codes.NotFound, "Not found: projects/demo/zones/us-central1-a/clusters/prod/nodePools/none."},
		{zonal + "/nodePools/", codes.InvalidArgument, ""},
		{zonal + "/nodePools/a/b", codes.InvalidArgument, ""},
		{zonal, codes.InvalidArgument, ""},
		{"", codes.InvalidArgument, ""},
		{regional + "/nodePools/default-pool", codes.InvalidArgument, "Autopilot node pools cannot be accessed or modified."},
		{regional + "x/nodePools/default-pool", codes.NotFound, "Not found: projects/demo/locations/europe-west1/clusters/devx."},
		{"projects/demo/nodePools/default-pool", codes.InvalidArgument, ""},
		{"projects/demo/zones/z/clusters/c/pools/p", codes.InvalidArgument, ""},
	} {
		_, err := c.v1.DeleteNodePool(t.Context(), &containerpb.DeleteNodePoolRequest{Name: want.name})
		t.Log(want.name)
		refused(t, err, want.code, want.message)
	}
	_, err := c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{
		Name: regional, Update: &containerpb.ClusterUpdate{DesiredNodePoolId: "default-pool", DesiredImageType: "UBUNTU_CONTAINERD"},
	})
	refused(t, err, codes.InvalidArgument, "Autopilot node pools cannot be accessed or modified.")
	_, err = c.v1.CreateNodePool(t.Context(), &containerpb.CreateNodePoolRequest{
		Parent:   zonal,
		NodePool: &containerpb.NodePool{Name: "default-pool"},
	})
	refused(t, err, codes.AlreadyExists, "")
	_, err = c.v1.CreateNodePool(t.Context(), &containerpb.CreateNodePoolRequest{Parent: zonal})
	refused(t, err, codes.InvalidArgument, "")
	_, err = c.v1.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{
		Parent:  "projects/demo/locations/us-central1-b",
		Cluster: &containerpb.Cluster{Name: "auto", Autopilot: &containerpb.Autopilot{Enabled: true}},
	})
	refused(t, err, codes.InvalidArgument, "Autopilot clusters must be regional clusters.")
}

func TestBetaNodePools(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	_, err := c.beta.Clusters.NodePools.Create(zonal, &beta.CreateNodePoolRequest{
		NodePool: &beta.NodePool{Name: "more", InitialNodeCount: 2},
	}).Do()
	must(t, err)
	_, err = c.beta.Clusters.NodePools.Delete(defaultPool).Do()
	must(t, err)
	all, err := c.beta.Clusters.NodePools.List(zonal).Do()
	must(t, err)
	equal(t, "the pools", len(all.NodePools), 1)
	more, err := c.zones.Clusters.NodePools.Get("demo", "us-central1-a", "prod", "more").Do()
	must(t, err)
	equal(t, "the count", more.InitialNodeCount, 2)
	equal(t, "the link", more.SelfLink,
		"https://container.googleapis.com/v1beta1/projects/demo/zones/us-central1-a/clusters/prod/nodePools/more")
	_, err = c.beta.Clusters.NodePools.Get(defaultPool).Do()
	refusedREST(t, err, 404, "Not found: projects/demo/zones/us-central1-a/clusters/prod/nodePools/default-pool.")
}
