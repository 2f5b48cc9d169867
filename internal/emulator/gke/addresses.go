package gke

import (
	"net/netip"
	"strings"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Default address ranges of a cluster.
const (
	podRange     = "10.92.0.0/14"
	serviceRange = "34.118.224.0/20"
)

// setAddresses sets the requested address ranges in m. Pods have alias addresses, the API's
// default, or routes on request.
func setAddresses(m, asked *containerpb.Cluster) error {
	wanted := asked.GetIpAllocationPolicy()
	if err := checkAddresses(asked.GetClusterIpv4Cidr(), wanted); err != nil {
		return err
	}
	pods, err := addressRange(asked.GetClusterIpv4Cidr()+wanted.GetClusterIpv4CidrBlock(), podRange)
	if err != nil {
		return err
	}
	services, err := addressRange(wanted.GetServicesIpv4CidrBlock(), serviceRange)
	if err != nil {
		return err
	}
	m.ClusterIpv4Cidr, m.ServicesIpv4Cidr = pods, services
	p := m.IpAllocationPolicy
	if p.GetUseRoutes() {
		m.IpAllocationPolicy = &containerpb.IPAllocationPolicy{UseRoutes: true, StackType: p.GetStackType()}
		return nil
	}
	p.UseIpAliases = true
	p.ClusterIpv4Cidr, p.ClusterIpv4CidrBlock = pods, pods
	p.ServicesIpv4Cidr, p.ServicesIpv4CidrBlock = services, services
	return nil
}

// checkAddresses refuses contradictory settings. The API's reference lists the fields that need
// use_ip_aliases; gcloud refuses them without it.
func checkAddresses(pods string, p *containerpb.IPAllocationPolicy) error {
	switch {
	case p.GetUseRoutes() && p.GetUseIpAliases():
		return status.Error(codes.InvalidArgument,
			"ip_allocation_policy.use_routes cannot be true if ip_allocation_policy.use_ip_aliases is true.")
	case pods != "" && p.GetClusterIpv4CidrBlock() != "":
		return status.Error(codes.InvalidArgument,
			"cluster.cluster_ipv4_cidr must be blank if ip_allocation_policy.cluster_ipv4_cidr_block is set.")
	}
	if !p.GetUseRoutes() {
		return nil
	}
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"cluster_ipv4_cidr_block", p.GetClusterIpv4CidrBlock() != ""},
		{"services_ipv4_cidr_block", p.GetServicesIpv4CidrBlock() != ""},
		{"cluster_secondary_range_name", p.GetClusterSecondaryRangeName() != ""},
		{"services_secondary_range_name", p.GetServicesSecondaryRangeName() != ""},
		{"create_subnetwork", p.GetCreateSubnetwork()},
	} {
		if f.set {
			return status.Errorf(codes.InvalidArgument, "ip_allocation_policy.%s is only applicable when use_ip_aliases is true.", f.name)
		}
	}
	return nil
}

// addressRange resolves a requested range: empty means the default, a netmask a range of this size,
// anything else is the range itself.
func addressRange(asked, standard string) (string, error) {
	if asked == "" {
		return standard, nil
	}
	if strings.HasPrefix(asked, "/") {
		bits, err := netip.ParsePrefix("0.0.0.0" + asked)
		if err != nil {
			return "", badRange(asked)
		}
		return netip.PrefixFrom(netip.MustParsePrefix(standard).Addr(), bits.Bits()).Masked().String(), nil
	}
	found, err := netip.ParsePrefix(asked)
	if err != nil || !found.Addr().Is4() || found != found.Masked() {
		return "", badRange(asked)
	}
	return asked, nil
}

func badRange(asked string) error {
	return status.Errorf(codes.InvalidArgument, "%q is not a range of IPv4 addresses.", asked)
}
