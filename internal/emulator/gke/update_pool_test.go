package gke_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
)

// TestUpdateOfANodePool: the id of a pool and a field of the pool together are one change.
func TestUpdateOfANodePool(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	c.make(t, &containerpb.Cluster{NodePools: []*containerpb.NodePool{{Name: "small"}, {Name: "large"}}})
	update := func(u *containerpb.ClusterUpdate) error {
		_, err := c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{Name: zonal, Update: u})
		return err
	}
	scaled := &containerpb.NodePoolAutoscaling{Enabled: true, MaxNodeCount: 7}
	must(t, update(&containerpb.ClusterUpdate{DesiredNodePoolId: "large", DesiredNodePoolAutoscaling: scaled}))
	must(t, update(&containerpb.ClusterUpdate{DesiredNodePoolId: "small", DesiredImageType: "UBUNTU_CONTAINERD"}))
	pools := c.get(t, zonal).NodePools
	equal(t, "the most nodes of the large pool", pools[1].Autoscaling.GetMaxNodeCount(), 7)
	equal(t, "whether the small pool scales", pools[0].Autoscaling.GetEnabled(), false)
	equal(t, "the small pool's image", pools[0].Config.ImageType, "UBUNTU_CONTAINERD")
	must(t, update(&containerpb.ClusterUpdate{DesiredNodePoolId: "large", DesiredNodePoolAutoscaling: &containerpb.NodePoolAutoscaling{}}))
	equal(t, "whether the large pool scales", c.get(t, zonal).NodePools[1].Autoscaling.GetEnabled(), false)

	refused(t, update(&containerpb.ClusterUpdate{DesiredNodePoolAutoscaling: scaled}), codes.InvalidArgument, "")
	refused(t, update(&containerpb.ClusterUpdate{DesiredNodePoolId: "large"}), codes.InvalidArgument, "Must provide an update.")
	refused(t, update(&containerpb.ClusterUpdate{DesiredNodePoolId: "large", DesiredLoggingService: "none"}), codes.InvalidArgument, "")
	refused(t, update(&containerpb.ClusterUpdate{DesiredNodePoolId: "none", DesiredNodePoolAutoscaling: scaled}), codes.NotFound,
		"Not found: projects/demo/zones/us-central1-a/clusters/prod/nodePools/none.")
	refused(t, update(&containerpb.ClusterUpdate{DesiredNodePoolId: "large", DesiredNodePoolAutoscaling: scaled, DesiredNodeVersion: "-"}),
		codes.InvalidArgument, "Only one desired field can be updated at a time.")
}

// TestUpdateOfLocations moves the nodes of every pool.
func TestUpdateOfLocations(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	c.make(t, &containerpb.Cluster{
		NodePools: []*containerpb.NodePool{{Name: "small", InitialNodeCount: 1}, {Name: "large", InitialNodeCount: 2}},
	})
	update := func(zones ...string) error {
		_, err := c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{
			Name:   zonal,
			Update: &containerpb.ClusterUpdate{DesiredLocations: zones},
		})
		return err
	}
	must(t, update("us-central1-a", "us-central1-f"))
	m := c.get(t, zonal)
	equal(t, "the locations", strings.Join(m.Locations, " "), "us-central1-a us-central1-f")
	equal(t, "the large pool's locations", strings.Join(m.NodePools[1].Locations, " "), "us-central1-a us-central1-f")
	equal(t, "current_node_count", m.CurrentNodeCount, 6)
	refused(t, update("us-central1-b"), codes.InvalidArgument, "The locations must include the cluster's primary zone us-central1-a.")
}

func TestSetters(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	_, err := c.v1.SetLegacyAbac(t.Context(), &containerpb.SetLegacyAbacRequest{Name: zonal, Enabled: true})
	must(t, err)
	equal(t, "legacy_abac", c.get(t, zonal).LegacyAbac.Enabled, true)
	version := c.get(t, zonal).MaintenancePolicy.ResourceVersion
	daily := &containerpb.MaintenancePolicy{
		ResourceVersion: version,
		Window: &containerpb.MaintenanceWindow{Policy: &containerpb.MaintenanceWindow_DailyMaintenanceWindow{
			DailyMaintenanceWindow: &containerpb.DailyMaintenanceWindow{StartTime: "03:00"},
		}},
	}
	set := func(p *containerpb.MaintenancePolicy) error {
		_, err := c.v1.SetMaintenancePolicy(t.Context(), &containerpb.SetMaintenancePolicyRequest{
			ProjectId: "demo", Zone: "us-central1-a", ClusterId: "prod", MaintenancePolicy: p,
		})
		return err
	}
	must(t, set(daily))
	got := c.get(t, zonal).MaintenancePolicy
	equal(t, "the window", got.Window.GetDailyMaintenanceWindow().GetStartTime(), "03:00")
	equal(t, "whether the resource version is the old one", got.ResourceVersion == version, false)
	refused(t, set(daily), codes.FailedPrecondition, "")
	must(t, set(&containerpb.MaintenancePolicy{Window: &containerpb.MaintenanceWindow{}}))
	if window := c.get(t, zonal).MaintenancePolicy.Window; window != nil {
		t.Errorf("the window is %v, want none", window)
	}
}

// TestEmptyMessages sends the meaningless fields of clients. Recordings of the service omit them in
// answers.
func TestEmptyMessages(t *testing.T) {
	t.Parallel()
	no := false
	m := start(t, 0).make(t, &containerpb.Cluster{
		NetworkPolicy:     &containerpb.NetworkPolicy{},
		MaintenancePolicy: &containerpb.MaintenancePolicy{Window: &containerpb.MaintenanceWindow{}},
		ControlPlaneEndpointsConfig: &containerpb.ControlPlaneEndpointsConfig{
			IpEndpointsConfig: &containerpb.ControlPlaneEndpointsConfig_IPEndpointsConfig{GlobalAccess: &no, Enabled: &no},
		},
	})
	if m.NetworkPolicy != nil || m.MaintenancePolicy == nil || m.MaintenancePolicy.Window != nil {
		t.Errorf("network_policy is %v, maintenance_policy is %v", m.NetworkPolicy, m.MaintenancePolicy)
	}
	if ip := m.ControlPlaneEndpointsConfig.IpEndpointsConfig; ip.GlobalAccess != nil || ip.Enabled == nil {
		t.Errorf("ip_endpoints_config is %v", ip)
	}
	yes := true
	m = start(t, 0).make(t, &containerpb.Cluster{
		NetworkPolicy: &containerpb.NetworkPolicy{Enabled: true},
		ControlPlaneEndpointsConfig: &containerpb.ControlPlaneEndpointsConfig{
			IpEndpointsConfig: &containerpb.ControlPlaneEndpointsConfig_IPEndpointsConfig{GlobalAccess: &yes},
		},
	})
	equal(t, "network_policy", m.NetworkPolicy.GetEnabled(), true)
	equal(t, "global_access", m.ControlPlaneEndpointsConfig.IpEndpointsConfig.GetGlobalAccess(), true)
}
