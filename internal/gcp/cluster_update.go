package gcp

import (
	"context"
	"time"

	"cloud.google.com/go/container/apiv1/containerpb"
	containerbeta "google.golang.org/api/container/v1beta1"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// SettingChange is a change of a cluster's Binary Authorization setting.
type SettingChange struct {
	Cluster resname.Cluster
	// Decide returns the setting to write, given the one that is there. It is asked again after every conflict, so what
	// somebody else changed in between is taken into account. An error stops the change with nothing written.
	Decide func(current Setting) (Setting, error)
	// Started is called with the bare id of the operation before it is waited for, so that it can be remembered.
	Started func(operation string)
	// Waiting is called with one line whenever the change has to wait for something that is not its own.
	Waiting func(reason string)
}

// ChangeSetting brings a cluster to the setting that change.Decide wants, and waits until the cluster has it.
// It sends one update: none when the setting is there already, and no second one while a first may be under way.
func (c *Clients) ChangeSetting(ctx context.Context, change SettingChange) (Setting, error) {
	key := change.Cluster.String()
	unlock, err := c.clusterLocks.lock(ctx, key)
	if err != nil {
		return Setting{}, ended(ctx, &Error{Method: updateCluster.name, Resource: key, Message: "another change of this run is under way on the cluster"})
	}
	defer unlock()
	defer c.clusterReads.Wrote(key)
	last := &Error{Method: updateCluster.name, Resource: key, Message: "the cluster kept changing"}
	for pause := c.config.Pause; ; pause = min(2*pause, 60*c.config.Pause) {
		sent, err := c.changeOnce(ctx, change)
		switch {
		case IsKind(err, KindBusy):
			last = explain(err, updateCluster, key, change.Cluster.Project)
			err = c.waitUntilFree(ctx, change, err)
		case IsKind(err, KindConflict):
			err = nil
		case IsKind(err, KindTimeout) && last.Kind == KindBusy && sent.operation == "":
			return Setting{}, ended(ctx, last)
		default:
			return sent.want, err
		}
		if err != nil {
			return Setting{}, err
		}
		if !sleep(ctx, pause) {
			return Setting{}, ended(ctx, last)
		}
	}
}

// changeOnce sends an update where one is needed, and waits for it.
func (c *Clients) changeOnce(ctx context.Context, change SettingChange) (sentChange, error) {
	sent, err := c.startChange(ctx, change)
	if err == nil && sent.operation != "" {
		err = c.finishChange(ctx, change, sent)
	}
	return sent, err
}

// sentChange is an update under way. No operation means that there was nothing to do.
type sentChange struct {
	want      Setting
	operation string
	// found says that the operation was found after a lost reply: it may be somebody else's.
	found bool
}

// startChange reads, decides and sends.
func (c *Clients) startChange(ctx context.Context, change SettingChange) (sentChange, error) {
	cluster, err := c.getCluster(ctx, change.Cluster.Project, change.Cluster.String())
	if err != nil {
		return sentChange{}, err
	}
	want, err := change.Decide(cluster.Setting)
	if err != nil {
		return sentChange{}, err
	}
	if want.Equal(cluster.Setting) {
		return sentChange{want: want}, nil
	}
	if cluster.Status == "PROVISIONING" || cluster.Status == "STOPPING" {
		return sentChange{}, &Error{Kind: KindBusy, Method: updateCluster.name, Resource: change.Cluster.String(), Message: "the cluster is " + cluster.Status}
	}
	sent, err := c.sendChange(ctx, change.Cluster, want, cluster.Etag)
	if err != nil {
		return sentChange{}, err
	}
	if sent.operation != "" && change.Started != nil {
		change.Started(sent.operation)
	}
	return sent, nil
}

// sendChange sends one update with the whole setting. If its reply is lost, the operation it started is looked for before
// anything is sent again.
func (c *Clients) sendChange(ctx context.Context, cluster resname.Cluster, want Setting, etag string) (sentChange, error) {
	client, err := c.clustersClient()
	if err != nil {
		return sentChange{}, err
	}
	sent := time.Now()
	body := &containerbeta.UpdateClusterRequest{Update: &containerbeta.ClusterUpdate{DesiredBinaryAuthorization: want.message(), Etag: etag}}
	return run(ctx, c, call[sentChange]{
		method: updateCluster, resource: cluster.String(), project: cluster.Project,
		send: func(ctx context.Context) (sentChange, error) {
			op, err := client.Projects.Locations.Clusters.Update(cluster.String(), body).Context(ctx).Do()
			if err != nil {
				return sentChange{}, err
			}
			if op == nil || op.Name == "" {
				return sentChange{}, broken(c.hostOf(serviceContainer), "something that is no operation")
			}
			return sentChange{want: want, operation: op.Name}, nil
		},
		settle: func(ctx context.Context) (sentChange, bool, error) {
			operation, done, err := c.settleChange(ctx, cluster, want, sent)
			return sentChange{want, operation, true}, done, err
		},
	})
}

// settleChange finds out what became of an update whose reply was lost: the operation it started, or the setting itself.
func (c *Clients) settleChange(ctx context.Context, cluster resname.Cluster, want Setting, sent time.Time) (operation string, done bool, err error) {
	op, err := c.runningOn(ctx, cluster)
	if err != nil {
		return "", false, err
	}
	if op != nil && op.GetOperationType() == containerpb.Operation_UPDATE_CLUSTER && startedSince(op, sent) {
		return op.GetName(), true, nil
	}
	now, err := c.getCluster(ctx, cluster.Project, cluster.String())
	if err != nil {
		return "", false, err
	}
	return "", now.Setting.Equal(want), nil
}

// startedSince allows for clocks that differ by some seconds.
func startedSince(op *Operation, sent time.Time) bool {
	started, err := time.Parse(time.RFC3339Nano, op.GetStartTime())
	return err != nil || started.After(sent.Add(-10*time.Second))
}
