package gke

import (
	"strings"

	"cloud.google.com/go/container/apiv1/containerpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// setNetwork makes m be in the networks that were asked for, by a short name, a relative one or a URL. The cluster itself has their short
// names, network_config their relative ones, which are output only. A network without a subnetwork has one of its own name in every
// region, as networks in auto mode do.
func setNetwork(m, asked *containerpb.Cluster, name resname.Cluster) {
	network := fullName(asked.GetNetwork(), "projects/"+name.Project+"/global/networks/", "default")
	project := strings.Split(network, "/")[1]
	subnetwork := fullName(asked.GetSubnetwork(), "projects/"+project+"/regions/"+region(name.Location)+"/subnetworks/", shortName(network))
	m.NetworkConfig.Network, m.NetworkConfig.Subnetwork = network, subnetwork
	m.Network, m.Subnetwork = shortName(network), shortName(subnetwork)
}

// fullName is the relative name of asked, which is in parent if it is a short one.
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
