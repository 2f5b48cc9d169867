package gke_test

import (
	"testing"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
)

func (c *cloud) create(t *testing.T, asked *containerpb.Cluster) error {
	t.Helper()
	asked.Name = "prod"
	_, err := c.v1.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{
		Parent:  "projects/demo/locations/us-central1-a",
		Cluster: asked,
	})
	return err
}

// TestAddresses requests both kinds of pod addresses, and ranges in every documented spelling of
// IPAllocationPolicy.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		pods             string
		policy           *containerpb.IPAllocationPolicy
		aliases          bool
		ofPods, services string
	}{
		"nothing":       {"", nil, true, "10.92.0.0/14", "34.118.224.0/20"},
		"neither kind":  {"", &containerpb.IPAllocationPolicy{}, true, "10.92.0.0/14", "34.118.224.0/20"},
		"aliases":       {"", &containerpb.IPAllocationPolicy{UseIpAliases: true}, true, "10.92.0.0/14", "34.118.224.0/20"},
		"range of pods": {"10.96.0.0/14", nil, true, "10.96.0.0/14", "34.118.224.0/20"},
		"ranges": {
			"",
			&containerpb.IPAllocationPolicy{UseIpAliases: true, ClusterIpv4CidrBlock: "10.0.0.0/16", ServicesIpv4CidrBlock: "10.1.0.0/16"},
			true, "10.0.0.0/16", "10.1.0.0/16",
		},
		"netmasks": {
			"", &containerpb.IPAllocationPolicy{UseIpAliases: true, ClusterIpv4CidrBlock: "/16", ServicesIpv4CidrBlock: "/22"}, true,
			"10.92.0.0/16", "34.118.224.0/22",
		},
		"routes": {
			"", &containerpb.IPAllocationPolicy{UseRoutes: true, StackType: containerpb.StackType_IPV4}, false, "10.92.0.0/14",
			"34.118.224.0/20",
		},
		"routes, ranged": {"10.96.0.0/14", &containerpb.IPAllocationPolicy{UseRoutes: true}, false, "10.96.0.0/14", "34.118.224.0/20"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			cloud := start(t, 0)
			must(t, cloud.create(t, &containerpb.Cluster{ClusterIpv4Cidr: c.pods, IpAllocationPolicy: c.policy}))
			m := cloud.get(t, zonal)
			p, pool := m.IpAllocationPolicy, m.NodePools[0].NetworkConfig
			equal(t, "use_ip_aliases", p.UseIpAliases, c.aliases)
			equal(t, "use_routes", p.UseRoutes, !c.aliases)
			equal(t, "stack_type", p.StackType, containerpb.StackType_IPV4)
			equal(t, "cluster_ipv4_cidr", m.ClusterIpv4Cidr, c.ofPods)
			equal(t, "services_ipv4_cidr", m.ServicesIpv4Cidr, c.services)
			if !c.aliases {
				c.ofPods, c.services = "", ""
			}
			equal(t, "cluster_ipv4_cidr_block", p.ClusterIpv4CidrBlock, c.ofPods)
			equal(t, "services_ipv4_cidr_block", p.ServicesIpv4CidrBlock, c.services)
			equal(t, "the pool's range", pool.PodIpv4CidrBlock, c.ofPods)
			equal(t, "the pool has a range of the subnetwork", pool.PodRange != "", c.aliases)
		})
	}
}

func TestAddressRefusals(t *testing.T) {
	t.Parallel()
	for what, asked := range map[string]*containerpb.Cluster{
		"both kinds": {IpAllocationPolicy: &containerpb.IPAllocationPolicy{UseRoutes: true, UseIpAliases: true}},
		"two ranges of pods": {
			ClusterIpv4Cidr:    "10.96.0.0/14",
			IpAllocationPolicy: &containerpb.IPAllocationPolicy{UseIpAliases: true, ClusterIpv4CidrBlock: "/14"},
		},
		"routes and a range of pods": {
			IpAllocationPolicy: &containerpb.IPAllocationPolicy{UseRoutes: true, ClusterIpv4CidrBlock: "/14"},
		},
		"routes and a range of services": {
			IpAllocationPolicy: &containerpb.IPAllocationPolicy{UseRoutes: true, ServicesIpv4CidrBlock: "/20"},
		},
		"routes and names of ranges": {
			IpAllocationPolicy: &containerpb.IPAllocationPolicy{UseRoutes: true, ClusterSecondaryRangeName: "pods"},
		},
		"routes and a new subnetwork": {IpAllocationPolicy: &containerpb.IPAllocationPolicy{UseRoutes: true, CreateSubnetwork: true}},
		"no range":                    {ClusterIpv4Cidr: "pods"},
		"no netmask":                  {IpAllocationPolicy: &containerpb.IPAllocationPolicy{ClusterIpv4CidrBlock: "/99"}},
		"an address within a range":   {ClusterIpv4Cidr: "10.96.0.1/14"},
		"six":                         {ClusterIpv4Cidr: "fd00::/64"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			refused(t, start(t, 0).create(t, asked), codes.InvalidArgument, "")
		})
	}
}
