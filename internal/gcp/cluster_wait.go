package gcp

import (
	"context"
	"fmt"
	"regexp"
)

// finishChange waits for the operation and then looks whether the cluster has the setting: an operation that says it
// succeeded is no proof. If the operation was not ours after all, the error is of kind conflict.
func (c *Clients) finishChange(ctx context.Context, change SettingChange, sent sentChange) error {
	err := c.WaitOperation(ctx, change.Cluster, sent.operation)
	if IsKind(err, KindDenied) {
		return c.waitForSetting(ctx, change, sent.want, err)
	}
	if err != nil && !(sent.found && IsKind(err, KindFailed, KindOrgPolicy)) {
		return err
	}
	now, err := c.getCluster(ctx, change.Cluster.Project, change.Cluster.String())
	if err != nil || now.Setting.Equal(sent.want) {
		return err
	}
	return &Error{
		Kind: either(sent.found, KindConflict, KindFailed), Method: updateCluster.name, Resource: change.Cluster.String(),
		Message: fmt.Sprintf("operation %s ended without an error, but the cluster reports %s instead of %s", sent.operation, now.Setting.Mode, sent.want.Mode),
		Remedy:  "Something else changed the cluster at the same time. Run again, and see who else manages its Binary Authorization setting.",
	}
}

// waitForSetting stands in for the operation where that may not be read: the cluster itself shows when it is done. How it
// failed, it does not show.
func (c *Clients) waitForSetting(ctx context.Context, change SettingChange, want Setting, denied error) error {
	if change.Waiting != nil {
		change.Waiting(fmt.Sprintf("%s: the operation may not be read (%s); the cluster is looked at instead", change.Cluster, denied))
	}
	first := c.config.PollInterval
	for pause := first; ; pause = pollPause(pause, first) {
		now, err := c.getCluster(ctx, change.Cluster.Project, change.Cluster.String())
		if err != nil || now.Setting.Equal(want) {
			return err
		}
		if !sleep(ctx, pause) {
			return ended(ctx, explain(denied, getOperation, change.Cluster.String(), change.Cluster.Project))
		}
	}
}

var operationID = regexp.MustCompile(`operation-[0-9a-z-]+`)

// waitUntilFree waits for what keeps the cluster busy: the operation that the error names, or any that runs there.
func (c *Clients) waitUntilFree(ctx context.Context, change SettingChange, busy error) error {
	id := operationID.FindString(busy.Error())
	if id == "" {
		op, err := c.runningOn(ctx, change.Cluster)
		if IsKind(err, KindTimeout) {
			return ended(ctx, explain(busy, updateCluster, change.Cluster.String(), change.Cluster.Project))
		}
		if err != nil {
			return err
		}
		id = op.GetName()
	}
	if change.Waiting != nil {
		change.Waiting(fmt.Sprintf("%s is busy: %s %s", change.Cluster, busy, id))
	}
	if id == "" {
		return nil
	}
	_, err := c.pollers.of(c, change.Cluster.Project).wait(ctx, change.Cluster, id)
	if IsKind(err, KindNotFound) {
		return nil
	}
	return err
}
