package gke_test

import (
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
)

// TestVersions requests every kind of alias in the documentation of
// Cluster.initial_cluster_version.
func TestVersions(t *testing.T) {
	t.Parallel()
	cloud := start(t, 0, zonal)
	config, err := cloud.v1.GetServerConfig(t.Context(), &containerpb.GetServerConfigRequest{Name: "projects/demo/locations/us-central1"})
	must(t, err)
	best := func(prefix string) string {
		return config.ValidMasterVersions[slices.IndexFunc(config.ValidMasterVersions, func(v string) bool {
			return strings.HasPrefix(v, prefix)
		})]
	}
	standard := config.DefaultClusterVersion
	for asked, want := range map[string]string{
		"": standard, "-": standard, "latest": config.ValidMasterVersions[0],
		"1.34": best("1.34."), "1.33": best("1.33."), "1.33.4": best("1.33.4-gke."), "1.30.5-gke.1014001": "1.30.5-gke.1014001",
	} {
		m := start(t, 0).make(t, &containerpb.Cluster{InitialClusterVersion: asked, ReleaseChannel: &containerpb.ReleaseChannel{}})
		for what, got := range map[string]string{
			"the initial version": m.InitialClusterVersion, "the master's version": m.CurrentMasterVersion,
			"the nodes' version": m.CurrentNodeVersion, "the pool's version": m.NodePools[0].Version,
		} {
			equal(t, what+" for "+asked, got, want)
		}
	}
	for _, asked := range []string{"1.3", "1.29", "1.33.", "1.33.9", "soon"} {
		_, err := cloud.v1.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{
			Parent: "projects/demo/locations/us-central1", Cluster: &containerpb.Cluster{Name: "new", InitialClusterVersion: asked},
		})
		refused(t, err, codes.InvalidArgument, `Master version "`+asked+`" is unsupported.`)
	}
}

func TestChannels(t *testing.T) {
	t.Parallel()
	config, err := start(t, 0).v1.GetServerConfig(t.Context(),
		&containerpb.GetServerConfigRequest{Name: "projects/demo/locations/us-central1"})
	must(t, err)
	equal(t, "the number of channels", len(config.Channels), 4)
	for _, channel := range config.Channels {
		asked := &containerpb.Cluster{ReleaseChannel: &containerpb.ReleaseChannel{Channel: channel.Channel}}
		equal(t, channel.Channel.String(), start(t, 0).make(t, asked).CurrentMasterVersion, channel.DefaultVersion)
		equal(t, "whether the default is valid", slices.Contains(channel.ValidVersions, channel.DefaultVersion), true)
	}
}

func TestUpgrade(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	update := func(u *containerpb.ClusterUpdate) *containerpb.Operation {
		op, err := c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{Name: zonal, Update: u})
		must(t, err)
		return op
	}
	before := c.get(t, zonal).CurrentMasterVersion
	equal(t, "the operation", update(&containerpb.ClusterUpdate{DesiredMasterVersion: "latest"}).OperationType,
		containerpb.Operation_UPGRADE_MASTER)
	m := c.get(t, zonal)
	if m.CurrentMasterVersion == before || m.CurrentMasterVersion == "latest" {
		t.Errorf("the master's version is %s", m.CurrentMasterVersion)
	}
	equal(t, "the nodes' version", m.CurrentNodeVersion, before)
	equal(t, "the operation", update(&containerpb.ClusterUpdate{DesiredNodeVersion: "-"}).OperationType,
		containerpb.Operation_UPGRADE_NODES)
	equal(t, "the nodes' version", c.get(t, zonal).CurrentNodeVersion, m.CurrentMasterVersion)
}
