package gke

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// newMessage is a new cluster. It includes the messages always sent by the service. Some clients
// read them without a check, such as legacy_abac and network_config.
func newMessage(name resname.Cluster, asked *containerpb.Cluster, at time.Time) (*containerpb.Cluster, error) {
	sum := sha256.Sum256([]byte(name.String() + at.String()))
	m := defaults(name)
	overlay(m, asked)
	m.Name, m.Location, m.Zone = name.ID, name.Location, name.Location
	m.Id = hex.EncodeToString(sum[:])
	m.CreateTime = at.Format(time.RFC3339Nano)
	m.Endpoint = fmt.Sprintf("203.0.113.%d", 1+int(sum[0])%254) // a documentation address (RFC 5737)
	m.PrivateClusterConfig.PublicEndpoint = m.Endpoint
	m.MasterAuth.ClusterCaCertificate = base64.StdEncoding.EncodeToString([]byte("no certificate: this cluster is emulated"))
	m.BinaryAuthorization = nil // stored separately, in a form usable for both versions
	m.LabelFingerprint = labelFingerprint(m.ResourceLabels)
	if err := setVersions(m, asked); err != nil {
		return nil, err
	}
	dropEmpty(m)
	setComponents(m, asked)
	if err := setAddresses(m, asked); err != nil {
		return nil, err
	}
	setNetwork(m, asked, name)
	m.InitialNodeCount = initialNodes(asked)
	m.NodePools = nodePools(m, asked)
	countNodes(m)
	return m, nil
}

// setVersions sets the requested version of m, given directly or by a release channel; an
// unspecified channel is none.
func setVersions(m, asked *containerpb.Cluster) error {
	if asked.GetReleaseChannel() != nil {
		m.ReleaseChannel = proto.CloneOf(asked.GetReleaseChannel())
	}
	versions, standard := versionsOn(m.GetReleaseChannel().GetChannel())
	version, err := resolve(asked.GetInitialClusterVersion(), standard, versions)
	m.InitialClusterVersion, m.CurrentMasterVersion, m.CurrentNodeVersion = version, version, version
	return err
}

// dropEmpty removes empty messages that clients send and the service omits, as in recordings.
func dropEmpty(m *containerpb.Cluster) {
	if proto.Size(m.GetNetworkPolicy()) == 0 {
		m.NetworkPolicy = nil
	}
	if policy := m.GetMaintenancePolicy(); policy != nil && proto.Size(policy.GetWindow()) == 0 {
		policy.Window = nil
	}
	if ip := m.GetControlPlaneEndpointsConfig().GetIpEndpointsConfig(); ip != nil && !ip.GetGlobalAccess() {
		ip.GlobalAccess = nil
	}
}

// setComponents sets the requested logging and monitoring components of m: "an empty set would
// disable all logging", and all monitoring.
func setComponents(m, asked *containerpb.Cluster) {
	if wanted := asked.GetLoggingConfig().GetComponentConfig(); wanted != nil {
		m.LoggingConfig.ComponentConfig = proto.CloneOf(wanted)
	}
	if wanted := asked.GetMonitoringConfig().GetComponentConfig(); wanted != nil {
		m.MonitoringConfig.ComponentConfig = proto.CloneOf(wanted)
	}
}

func defaults(name resname.Cluster) *containerpb.Cluster {
	return &containerpb.Cluster{
		AddonsConfig: &containerpb.AddonsConfig{
			GcePersistentDiskCsiDriverConfig: &containerpb.GcePersistentDiskCsiDriverConfig{Enabled: true},
			KubernetesDashboard:              &containerpb.KubernetesDashboard{Disabled: true},
			NetworkPolicyConfig:              &containerpb.NetworkPolicyConfig{Disabled: true},
		},
		Autopilot:                &containerpb.Autopilot{},
		Autoscaling:              &containerpb.ClusterAutoscaling{AutoscalingProfile: containerpb.ClusterAutoscaling_BALANCED},
		DatabaseEncryption:       &containerpb.DatabaseEncryption{State: containerpb.DatabaseEncryption_DECRYPTED},
		DefaultMaxPodsConstraint: &containerpb.MaxPodsConstraint{MaxPodsPerNode: 110},
		EnterpriseConfig:         &containerpb.EnterpriseConfig{ClusterTier: containerpb.EnterpriseConfig_STANDARD},
		IpAllocationPolicy: &containerpb.IPAllocationPolicy{
			UseIpAliases:               true,
			StackType:                  containerpb.StackType_IPV4,
			PodCidrOverprovisionConfig: &containerpb.PodCIDROverprovisionConfig{},
		},
		LegacyAbac:                     &containerpb.LegacyAbac{},
		Locations:                      nodeLocations(name.Location),
		LoggingConfig:                  logging(),
		LoggingService:                 "logging.googleapis.com/kubernetes",
		MaintenancePolicy:              &containerpb.MaintenancePolicy{ResourceVersion: "e3b0c442"},
		MasterAuth:                     &containerpb.MasterAuth{ClientCertificateConfig: &containerpb.ClientCertificateConfig{}},
		MasterAuthorizedNetworksConfig: &containerpb.MasterAuthorizedNetworksConfig{},
		MonitoringConfig:               monitoring(),
		MonitoringService:              "monitoring.googleapis.com/kubernetes",
		NetworkConfig:                  &containerpb.NetworkConfig{ServiceExternalIpsConfig: &containerpb.ServiceExternalIPsConfig{}},
		NotificationConfig:             &containerpb.NotificationConfig{Pubsub: &containerpb.NotificationConfig_PubSub{}},
		PrivateClusterConfig:           &containerpb.PrivateClusterConfig{PrivateEndpoint: "10.128.0.2"},
		ReleaseChannel:                 &containerpb.ReleaseChannel{Channel: containerpb.ReleaseChannel_REGULAR},
		SecurityPostureConfig:          &containerpb.SecurityPostureConfig{Mode: containerpb.SecurityPostureConfig_BASIC.Enum()},
		ShieldedNodes:                  &containerpb.ShieldedNodes{Enabled: true},
	}
}

func logging() *containerpb.LoggingConfig {
	return &containerpb.LoggingConfig{ComponentConfig: &containerpb.LoggingComponentConfig{
		EnableComponents: []containerpb.LoggingComponentConfig_Component{
			containerpb.LoggingComponentConfig_SYSTEM_COMPONENTS, containerpb.LoggingComponentConfig_WORKLOADS,
		},
	}}
}

func monitoring() *containerpb.MonitoringConfig {
	return &containerpb.MonitoringConfig{
		ComponentConfig: &containerpb.MonitoringComponentConfig{
			EnableComponents: []containerpb.MonitoringComponentConfig_Component{containerpb.MonitoringComponentConfig_SYSTEM_COMPONENTS},
		},
		ManagedPrometheusConfig: &containerpb.ManagedPrometheusConfig{Enabled: true},
	}
}

// nodeLocations are the zones of a cluster's nodes: its own zone, or three of its region.
func nodeLocations(location string) []string {
	if zone.MatchString(location) {
		return []string{location}
	}
	return world.Zones(location)[:3]
}

func region(location string) string {
	if zone.MatchString(location) {
		return location[:strings.LastIndex(location, "-")]
	}
	return location
}
