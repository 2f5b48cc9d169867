package gke

import (
	"strings"

	"cloud.google.com/go/container/apiv1/containerpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// setNetwork puts m into the requested networks, given by a short name, a relative one or a URL.
// The cluster has short names; network_config, output only, has relative ones. A network without a
// subnetwork has one of the same name in every region, as in auto mode.
func setNetwork(m, asked *containerpb.Cluster, name resname.Cluster) {
	network := fullName(asked.GetNetwork(), "projects/"+name.Project+"/global/networks/", "default")
	project := strings.Split(network, "/")[1]
	subnetwork := fullName(asked.GetSubnetwork(), "projects/"+project+"/regions/"+region(name.Location)+"/subnetworks/", shortName(network))
	m.NetworkConfig.Network, m.NetworkConfig.Subnetwork = network, subnetwork
	m.Network, m.Subnetwork = shortName(network), shortName(subnetwork)
}

// fullName is the relative name of asked; parent completes a short one.
func fullName(asked, parent, standard string) string {
	if asked == "" {
		asked = standard
	}
	if i := strings.Index(asked, "projects/"); i >= 0 {
		return asked[i:]
	}
	return parent + asked
}

func shortName(name string) string { return name[strings.LastIndex(name, "/")+1:] }
