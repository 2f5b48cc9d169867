package gke

import (
	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// nodePools returns the pools of a new cluster: the requested ones, or a default pool from the
// cluster's deprecated node fields.
func nodePools(m, asked *containerpb.Cluster) []*containerpb.NodePool {
	wanted := asked.GetNodePools()
	if len(wanted) == 0 {
		wanted = []*containerpb.NodePool{{Config: asked.GetNodeConfig(), InitialNodeCount: max(1, asked.GetInitialNodeCount())}}
	}
	var pools []*containerpb.NodePool
	for _, w := range wanted {
		pool := defaultPool(m)
		overlay(pool, w)
		pool.Status = containerpb.NodePool_RUNNING
		pools = append(pools, pool)
	}
	return pools
}

// initialNodes is the initial node count of a cluster. A cluster with its own node pools, or on
// Autopilot, has none.
func initialNodes(asked *containerpb.Cluster) int32 {
	if len(asked.GetNodePools()) > 0 || asked.GetAutopilot().GetEnabled() {
		return 0
	}
	return max(1, asked.GetInitialNodeCount())
}

// countNodes derives the node fields of a cluster from its pools. Autopilot has nodes for workloads
// only, and none run here.
func countNodes(m *containerpb.Cluster) {
	m.NodeConfig, m.CurrentNodeCount = nil, 0
	if len(m.NodePools) > 0 {
		m.NodeConfig, m.CurrentNodeVersion = m.NodePools[0].GetConfig(), m.NodePools[0].GetVersion()
	}
	if m.GetAutopilot().GetEnabled() {
		return
	}
	for _, pool := range m.NodePools {
		m.CurrentNodeCount += pool.GetInitialNodeCount() * int32(len(pool.GetLocations()))
	}
}

func defaultPool(m *containerpb.Cluster) *containerpb.NodePool {
	return &containerpb.NodePool{
		Name:              "default-pool",
		Config:            nodeConfig(),
		Locations:         m.GetLocations(),
		Management:        &containerpb.NodeManagement{AutoRepair: true, AutoUpgrade: true},
		MaxPodsConstraint: &containerpb.MaxPodsConstraint{MaxPodsPerNode: 110},
		NetworkConfig:     nodeNetwork(m),
		PodIpv4CidrSize:   24,
		UpgradeSettings: &containerpb.NodePool_UpgradeSettings{
			MaxSurge: 1, Strategy: containerpb.NodePoolUpdateStrategy_SURGE.Enum(),
		},
		Version: m.GetCurrentNodeVersion(),
	}
}

// nodeNetwork is the network of a pool's nodes. Pods have a range of the subnetwork if their
// addresses are aliases.
func nodeNetwork(m *containerpb.Cluster) *containerpb.NodeNetworkConfig {
	n := &containerpb.NodeNetworkConfig{Subnetwork: m.GetNetworkConfig().GetSubnetwork()}
	if m.GetIpAllocationPolicy().GetUseIpAliases() {
		n.PodIpv4CidrBlock, n.PodRange = m.GetClusterIpv4Cidr(), "gke-pods"
	}
	return n
}

func nodeConfig() *containerpb.NodeConfig {
	return &containerpb.NodeConfig{
		MachineType:            "e2-medium",
		DiskSizeGb:             100,
		DiskType:               "pd-balanced",
		ImageType:              "COS_CONTAINERD",
		Metadata:               map[string]string{"disable-legacy-endpoints": "true"},
		OauthScopes:            []string{"https://www.googleapis.com/auth/cloud-platform"},
		ServiceAccount:         "default",
		ShieldedInstanceConfig: &containerpb.ShieldedInstanceConfig{EnableIntegrityMonitoring: true},
		KubeletConfig:          &containerpb.NodeKubeletConfig{},
		WindowsNodeConfig:      &containerpb.WindowsNodeConfig{},
	}
}

// overlay copies the fields set in asked to m, message by message. It replaces lists and maps. In a
// message of asked, unset bools are false, because false is not sent on the wire: clients switch
// off an addon or the integrity of nodes this way.
func overlay(m, asked proto.Message) {
	overlayFields(m.ProtoReflect(), proto.Clone(asked).ProtoReflect())
}

func overlayFields(m, asked protoreflect.Message) {
	m.Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		if f.Kind() == protoreflect.BoolKind && !f.IsList() && !f.HasPresence() {
			m.Clear(f)
		}
		return true
	})
	asked.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.Message() != nil && !f.IsList() && !f.IsMap() && m.Has(f) {
			overlayFields(m.Mutable(f).Message(), v.Message())
		} else {
			m.Set(f, v)
		}
		return true
	})
}
