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
	// Decide returns the setting to write, given the one that is there with what others of this process are about to change. It is asked
	// again after every conflict, and on what it led to, which has to be right then. sent says that an earlier update with this change may
	// have been carried out: what is found can be its own. An error stops the change with nothing of it written.
	Decide func(current Setting, sent bool) (Setting, error)
	// Started is called with the bare id of the operation before it is waited for, so that it can be remembered.
	Started func(operation string)
	// Waiting is called with one line whenever the change has to wait for something that is not its own.
	Waiting func(reason string)
}

// ChangeSetting brings a cluster to the setting that change.Decide wants, and waits until the cluster has it. All changes that are pending
// for one cluster become one update: operations take minutes, and GKE takes one at a time. No update is sent when the setting is there
// already, and no second one while a first may be under way.
func (c *Clients) ChangeSetting(ctx context.Context, change SettingChange) (Setting, error) {
	e := newSettingEdit(ctx, change)
	if c.settingEdits.add(change.Cluster.String(), e) {
		// The changes of others must not end with the one who happened to come first.
		go c.changeTogether(context.WithoutCancel(ctx), change.Cluster)
	}
	return e.wait()
}

// changeTogether makes all changes that are pending once the update before is over.
func (c *Clients) changeTogether(ctx context.Context, cluster resname.Cluster) {
	key := cluster.String()
	c.settingEdits.gather(key)
	unlock, err := c.clusterLocks.lock(ctx, key)
	if err != nil {
		return // ctx does not end
	}
	defer unlock()
	c.changeBatch(ctx, cluster, c.settingEdits.take(key))
}

// changeBatch makes changes with one update, unless GKE refuses them together: then each is made by itself, so that one that cannot be
// does not take the others with it.
func (c *Clients) changeBatch(ctx context.Context, cluster resname.Cluster, batch []*settingEdit) {
	if len(batch) == 0 {
		return
	}
	wanted, release := whileWanted(ctx, batch)
	refused := c.changeAll(wanted, cluster, batch)
	release()
	for _, e := range refused {
		c.changeBatch(ctx, cluster, []*settingEdit{e})
	}
}

// changeAll returns the changes that GKE refused together.
func (c *Clients) changeAll(ctx context.Context, cluster resname.Cluster, batch []*settingEdit) (refused []*settingEdit) {
	for pause := c.config.Pause; ; pause = min(2*pause, 60*c.config.Pause) {
		sent, rest, err := c.changeOnce(ctx, cluster, batch)
		batch = rest
		switch {
		case IsKind(err, KindBusy):
			busy := explain(err, updateCluster, cluster.String(), cluster.Project)
			tell(batch, busy)
			err = c.waitUntilFree(ctx, cluster, batch, busy)
		case IsKind(err, KindConflict):
			tell(batch, &Error{Method: updateCluster.name, Resource: cluster.String(), Message: "the cluster kept changing"})
			err = nil
		case sent.operation == "" && len(batch) > 1 && IsKind(err, KindInvalid, KindLimit):
			return batch
		default:
			c.finishAll(batch, sent.want, err)
			return nil
		}
		if err == nil && !sleep(ctx, pause) {
			err = ended(ctx, batch[0].why.Load())
		}
		if err != nil {
			c.finishAll(batch, sent.want, err)
			return nil
		}
	}
}

// changeOnce sends an update where one is needed, and waits for it. rest are the changes that nobody has been told of yet.
func (c *Clients) changeOnce(
	ctx context.Context, cluster resname.Cluster, batch []*settingEdit,
) (sent sentChange, rest []*settingEdit, err error) {
	sent, rest, err = c.startChange(ctx, cluster, batch)
	if err == nil && sent.operation != "" {
		announce(rest, sent)
		rest, err = c.finishChange(ctx, cluster, rest, sent)
	}
	if IsKind(err, KindBusy, KindConflict) {
		for _, e := range rest {
			if e.sent = e.sent || sent.found || mayHaveWritten(err); !e.sent {
				e.refused()
			}
		}
	}
	return sent, rest, err
}

// sentChange is an update under way. No operation means that there was nothing to do.
type sentChange struct {
	want      Setting
	operation string
	// found says that the operation was found after a lost reply: it may be somebody else's.
	found bool
}

// startChange reads, decides and sends.
func (c *Clients) startChange(
	ctx context.Context, name resname.Cluster, batch []*settingEdit,
) (sent sentChange, rest []*settingEdit, err error) {
	cluster, err := c.getCluster(ctx, name.Project, name.String())
	if err != nil {
		return sentChange{}, batch, err
	}
	want, rest := c.decided(cluster.Setting, batch)
	if len(rest) == 0 || want.Equal(cluster.Setting) {
		return sentChange{want: want}, rest, nil
	}
	if cluster.Status == "PROVISIONING" || cluster.Status == "STOPPING" {
		return sentChange{}, rest, &Error{
			Kind: KindBusy, Method: updateCluster.name, Resource: name.String(), Message: "the cluster is " + cluster.Status,
		}
	}
	if staying := underwaySettings(rest); len(staying) < len(rest) {
		return c.startChange(ctx, name, staying) // one was withdrawn meanwhile
	}
	sent, err = c.sendChange(ctx, name, want, cluster.Etag)
	return sent, rest, err
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
