package gke

import (
	"regexp"
	"slices"
	"strings"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// kubernetes is the version of clusters without a requested version, without a channel or on
// REGULAR.
const kubernetes = "1.33.5-gke.1125000"

// offered are the available versions in descending order.
var offered = []string{
	"1.34.1-gke.2037000", "1.34.1-gke.1829000", kubernetes, "1.33.4-gke.1350000", "1.32.9-gke.1010000", "1.31.13-gke.1023000",
}

// channels maps a release channel to its versions and its default for new clusters.
var channels = []*containerpb.ServerConfig_ReleaseChannelConfig{
	channel(containerpb.ReleaseChannel_RAPID, offered[0], offered[:4]),
	channel(containerpb.ReleaseChannel_REGULAR, kubernetes, offered[1:5]),
	channel(containerpb.ReleaseChannel_STABLE, offered[4], offered[3:5]),
	channel(containerpb.ReleaseChannel_EXTENDED, kubernetes, offered[1:]),
}

func channel(c containerpb.ReleaseChannel_Channel, standard string, versions []string) *containerpb.ServerConfig_ReleaseChannelConfig {
	return &containerpb.ServerConfig_ReleaseChannelConfig{
		Channel: c, DefaultVersion: standard, ValidVersions: versions, UpgradeTargetVersion: standard,
	}
}

// versionsOn returns the available versions on a channel and the default.
func versionsOn(c containerpb.ReleaseChannel_Channel) (versions []string, standard string) {
	i := slices.IndexFunc(channels, func(o *containerpb.ServerConfig_ReleaseChannelConfig) bool { return o.GetChannel() == c })
	if i < 0 {
		return offered, kubernetes
	}
	return channels[i].GetValidVersions(), channels[i].GetDefaultVersion()
}

var (
	fullVersion = regexp.MustCompile(`^\d+\.\d+\.\d+-gke\.\d+$`)
	alias       = regexp.MustCompile(`^\d+\.\d+(\.\d+)?$`)
)

// resolve resolves the requested version (google.container.v1.Cluster.initial_cluster_version lists
// the aliases). standard is the meaning of "" and "-". A full version stays as it is. GKE refuses
// versions no longer offered, but configurations outlive versions.
func resolve(asked, standard string, versions []string) (string, error) {
	switch {
	case asked == "", asked == "-":
		return standard, nil
	case asked == "latest":
		return versions[0], nil
	case fullVersion.MatchString(asked):
		return asked, nil
	}
	i := slices.IndexFunc(versions, func(v string) bool { return strings.HasPrefix(v, asked+".") || strings.HasPrefix(v, asked+"-gke.") })
	if i < 0 || !alias.MatchString(asked) {
		return "", status.Errorf(codes.InvalidArgument, "Master version %q is unsupported.", asked)
	}
	return versions[i], nil
}

func serverConfig() *containerpb.ServerConfig {
	return proto.CloneOf(&containerpb.ServerConfig{
		DefaultClusterVersion: kubernetes,
		ValidMasterVersions:   offered,
		ValidNodeVersions:     offered,
		DefaultImageType:      "COS_CONTAINERD",
		ValidImageTypes:       []string{"COS_CONTAINERD", "UBUNTU_CONTAINERD"},
		Channels:              channels,
	})
}
