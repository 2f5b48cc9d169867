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
	// Unbind returns the setting without the bindings removed by this change. It is called for all
	// pending changes before the first Decide, and again after every conflict. May be nil.
	Unbind func(current Setting) (Setting, error)
	// Decide returns the setting to write, given the current one with the earlier pending changes
	// of this process. It is called again after every conflict. It is also called on its own result
	// and must then accept it. sent reports whether an earlier update with this change may have
	// been written: the current setting can be its own. An error stops the change; nothing of it is
	// written.
	Decide func(current Setting, sent bool) (Setting, error)
	// Started is called with the bare id of the operation before the wait, to let the caller store
	// it.
	Started func(operation string)
	// Waiting is called with one line whenever the change waits for other work.
	Waiting func(reason string)
}

// ChangeSetting writes the setting returned by change.Decide and waits for its effect. All pending
// changes of one cluster become one update: operations take minutes, and GKE accepts one at a time.
// If the cluster has the setting already, or an update may be under way, no other update is sent.
func (c *Clients) ChangeSetting(ctx context.Context, change SettingChange) (Setting, error) {
	e := newSettingEdit(ctx, change)
	if c.settingEdits.add(change.Cluster.String(), e) {
		// The interrupt of the first owner must not end the changes of the others.
		go c.changeTogether(context.WithoutCancel(ctx), change.Cluster)
	}
	return e.wait()
}

// changeTogether makes all pending changes after the previous update has ended.
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

// changeBatch makes changes with one update. If GKE refuses them together, each is sent alone: one
// refused change does not stop the others.
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

// changeAll returns the changes refused together by GKE.
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

// changeOnce sends an update if needed, and waits for it. rest are the changes without a result
// yet.
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
			if e.sent = e.sent || sent.found || MayHaveWritten(err); !e.sent {
				e.refused()
			}
		}
	}
	return sent, rest, err
}

// sentChange is an update under way. operation is empty if no update was needed.
type sentChange struct {
	before    Setting
	want      Setting
	operation string
	// found marks an operation found after a lost reply. It may belong to others.
	found bool
}

// reached reports whether the cluster has the wanted setting. A project id and a number can be
// equal, so the setting from before the update must not count as the wanted one.
func (s sentChange) reached(now Setting) bool {
	return now.Equal(s.want) && (now.identical(s.want) || !now.identical(s.before))
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
	if len(rest) == 0 || want.identical(cluster.Setting) {
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
	sent, err = c.sendChange(ctx, name, sentChange{before: cluster.Setting, want: want}, cluster.Etag)
	return sent, rest, err
}

// sendChange sends one update with the whole setting. After a lost reply, it looks for the started
// operation before it sends again.
func (c *Clients) sendChange(ctx context.Context, cluster resname.Cluster, change sentChange, etag string) (sentChange, error) {
	client, err := c.clustersClient()
	if err != nil {
		return sentChange{}, err
	}
	sent := time.Now()
	body := &containerbeta.UpdateClusterRequest{
		Update: &containerbeta.ClusterUpdate{DesiredBinaryAuthorization: change.want.message(), Etag: etag},
	}
	return run(ctx, c, call[sentChange]{
		method: updateCluster, resource: cluster.String(), project: cluster.Project,
		send: func(ctx context.Context) (sentChange, error) {
			op, err := client.Projects.Locations.Clusters.Update(cluster.String(), body).Context(ctx).Do()
			if err != nil {
				return sentChange{}, err
			}
			if op == nil || op.Name == "" {
				return sentChange{}, broken(c.hostOf(serviceContainer), "something other than an operation")
			}
			started := change
			started.operation = op.Name
			return started, nil
		},
		settle: func(ctx context.Context) (sentChange, bool, error) {
			operation, done, err := c.settleChange(ctx, cluster, change, sent)
			found := change
			found.operation, found.found = operation, true
			return found, done, err
		},
	})
}

// settleChange looks for the result of an update with a lost reply: the started operation, or the
// setting itself.
func (c *Clients) settleChange(
	ctx context.Context, cluster resname.Cluster, change sentChange, sent time.Time,
) (operation string, done bool, err error) {
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
	return "", change.reached(now.Setting), nil
}

// startedSince allows for clock differences of some seconds.
func startedSince(op *Operation, sent time.Time) bool {
	started, err := time.Parse(time.RFC3339Nano, op.GetStartTime())
	return err != nil || started.After(sent.Add(-10*time.Second))
}
