package cluster

import (
	"context"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/clusterop"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// stored is the setting that the model shows, not the cluster's etag, which other changes to the cluster change too. A read of a cluster with an operation
// of ours under way waits for that.
func stored(ctx context.Context, c *change) string {
	if clusterop.Pending(ctx, c.Memory) != "" {
		return ""
	}
	return version(c.Model.setting())
}

func live(ctx context.Context, clients *gcp.Clients, id string) (string, error) {
	name, err := resname.ParseCluster(id, "")
	if err != nil {
		return "", err
	}
	cluster, err := clients.Cluster(ctx, name)
	if err != nil {
		return "", err
	}
	return version(cluster.Setting), nil
}

// version is a setting as a text.
func version(s gcp.Setting) string {
	return strings.Join(append([]string{s.Mode}, slices.Sorted(slices.Values(s.Bindings))...), " ")
}

func plain(context.Context, *change) bool { return true }

// noteUnchanged notes whether a cluster that is not looked at has its bindings listed. Whether it enforces, the cluster itself shows.
func noteUnchanged(ctx context.Context, c *change, id string) {
	guard.SettingsChange(c.Walk, c.Diags, id, walk.Settings{Lists: listed(ctx, c.Memory)})
}
