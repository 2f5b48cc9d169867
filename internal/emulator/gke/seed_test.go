package gke_test

import (
	"testing"

	"cloud.google.com/go/container/apiv1/containerpb"
)

// TestWhatIsSwitchedOff requests the opposite of each enabled default. A false is absent on the
// wire, so only the message around it shows the request.
func TestWhatIsSwitchedOff(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		asked *containerpb.Cluster
		is    func(m *containerpb.Cluster) bool
	}{
		"shielded nodes": {
			&containerpb.Cluster{ShieldedNodes: &containerpb.ShieldedNodes{}},
			func(m *containerpb.Cluster) bool { return m.ShieldedNodes.Enabled },
		},
		"the driver of disks": {
			&containerpb.Cluster{
				AddonsConfig: &containerpb.AddonsConfig{GcePersistentDiskCsiDriverConfig: &containerpb.GcePersistentDiskCsiDriverConfig{}},
			},
			func(m *containerpb.Cluster) bool { return m.AddonsConfig.GcePersistentDiskCsiDriverConfig.Enabled },
		},
		"no network policy": {
			&containerpb.Cluster{AddonsConfig: &containerpb.AddonsConfig{NetworkPolicyConfig: &containerpb.NetworkPolicyConfig{}}},
			func(m *containerpb.Cluster) bool { return m.AddonsConfig.NetworkPolicyConfig.Disabled },
		},
		"repairs of a pool": {
			&containerpb.Cluster{
				NodePools: []*containerpb.NodePool{{Name: "p", Management: &containerpb.NodeManagement{AutoUpgrade: true}}},
			},
			func(m *containerpb.Cluster) bool { return m.NodePools[0].Management.AutoRepair },
		},
		"integrity of nodes": {
			&containerpb.Cluster{
				NodeConfig: &containerpb.NodeConfig{ShieldedInstanceConfig: &containerpb.ShieldedInstanceConfig{EnableSecureBoot: true}},
			},
			func(m *containerpb.Cluster) bool {
				return m.NodeConfig.ShieldedInstanceConfig.EnableIntegrityMonitoring
			},
		},
		"managed Prometheus": {
			&containerpb.Cluster{
				MonitoringConfig: &containerpb.MonitoringConfig{ManagedPrometheusConfig: &containerpb.ManagedPrometheusConfig{}},
			},
			func(m *containerpb.Cluster) bool { return m.MonitoringConfig.ManagedPrometheusConfig.Enabled },
		},
		"logs": {
			&containerpb.Cluster{LoggingConfig: &containerpb.LoggingConfig{ComponentConfig: &containerpb.LoggingComponentConfig{}}},
			func(m *containerpb.Cluster) bool { return len(m.LoggingConfig.ComponentConfig.EnableComponents) > 0 },
		},
		"metrics": {
			&containerpb.Cluster{
				MonitoringConfig: &containerpb.MonitoringConfig{ComponentConfig: &containerpb.MonitoringComponentConfig{}},
			},
			func(m *containerpb.Cluster) bool { return len(m.MonitoringConfig.ComponentConfig.EnableComponents) > 0 },
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			cloud := start(t, 0)
			must(t, cloud.create(t, &containerpb.Cluster{NodePools: []*containerpb.NodePool{{Name: "p"}}}))
			equal(t, "the default", c.is(cloud.get(t, zonal)), true)
			cloud = start(t, 0)
			must(t, cloud.create(t, c.asked))
			equal(t, "what was switched off", c.is(cloud.get(t, zonal)), false)
		})
	}
}

// TestAddonsAreSwitchedOneByOne: an update does not change the other addons.
func TestAddonsAreSwitchedOneByOne(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	_, err := c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{Name: zonal, Update: &containerpb.ClusterUpdate{
		DesiredAddonsConfig: &containerpb.AddonsConfig{
			NetworkPolicyConfig: &containerpb.NetworkPolicyConfig{}, HttpLoadBalancing: &containerpb.HttpLoadBalancing{Disabled: true},
		},
	}})
	must(t, err)
	addons := c.get(t, zonal).AddonsConfig
	equal(t, "network policy is off", addons.NetworkPolicyConfig.GetDisabled(), false)
	equal(t, "load balancing is off", addons.HttpLoadBalancing.GetDisabled(), true)
	equal(t, "the driver of disks is on", addons.GcePersistentDiskCsiDriverConfig.GetEnabled(), true)
	equal(t, "the dashboard is off", addons.KubernetesDashboard.GetDisabled(), true)
}
