package gke_test

import (
	"testing"

	"cloud.google.com/go/container/apiv1/containerpb"
)

// TestNetworks requests networks in every spelling. A recording of the service has short names in
// the cluster and relative ones in the output-only network_config.
func TestNetworks(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		network, subnetwork                      string
		short, shortSub, relative, relativeSubnt string
	}{
		"nothing": {
			"", "", "default", "default", "projects/demo/global/networks/default", "projects/demo/regions/us-central1/subnetworks/default",
		},
		"short": {
			"vpc", "sub", "vpc", "sub", "projects/demo/global/networks/vpc", "projects/demo/regions/us-central1/subnetworks/sub",
		},
		"network only": {"vpc", "", "vpc", "vpc", "projects/demo/global/networks/vpc", "projects/demo/regions/us-central1/subnetworks/vpc"},
		"relative": {
			"projects/demo/global/networks/vpc", "projects/demo/regions/us-central1/subnetworks/sub", "vpc", "sub",
			"projects/demo/global/networks/vpc", "projects/demo/regions/us-central1/subnetworks/sub",
		},
		"links of a host project": {
			"https://www.googleapis.com/compute/v1/projects/host/global/networks/vpc",
			"https://www.googleapis.com/compute/v1/projects/host/regions/us-central1/subnetworks/sub", "vpc", "sub",
			"projects/host/global/networks/vpc", "projects/host/regions/us-central1/subnetworks/sub",
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			cloud := start(t, 0)
			_, err := cloud.v1.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{
				Parent: "projects/demo/locations/us-central1-a", Cluster: &containerpb.Cluster{
					Name: "prod", Network: c.network, Subnetwork: c.subnetwork,
					NetworkConfig: &containerpb.NetworkConfig{Network: "ignored", Subnetwork: "ignored"},
				},
			})
			must(t, err)
			m := cloud.get(t, zonal)
			equal(t, "network", m.Network, c.short)
			equal(t, "subnetwork", m.Subnetwork, c.shortSub)
			equal(t, "network_config.network", m.NetworkConfig.Network, c.relative)
			equal(t, "network_config.subnetwork", m.NetworkConfig.Subnetwork, c.relativeSubnt)
			equal(t, "the pool's subnetwork", m.NodePools[0].NetworkConfig.Subnetwork, c.relativeSubnt)
		})
	}
}
