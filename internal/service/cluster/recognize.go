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

// stored returns the setting in the model. The cluster's etag is no use, because other changes of
// the cluster change it. With a pending operation of ours, a read has to wait, so it returns "".
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

// version returns a setting as a text.
func version(s gcp.Setting) string {
	return strings.Join(append([]string{s.Mode}, slices.Sorted(slices.Values(s.Bindings))...), " ")
}

func plain(context.Context, *change) bool { return true }

// noteUnchanged records whether a cluster recognized as unchanged has a list of bindings. Whether
// it enforces is read from the cluster itself.
func noteUnchanged(ctx context.Context, c *change, id string) {
	_, lists := listed(ctx, c.Memory)
	guard.SettingsChange(c.Walk, c.Diags, id, walk.Settings{Lists: lists})
}
