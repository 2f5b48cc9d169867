package gcp

import (
	"context"
	"fmt"
	"regexp"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// finishChange waits for the operation and then looks whether the cluster has the setting: an operation that says it
// succeeded is no proof. If the operation was not ours after all, the error is of kind conflict.
func (c *Clients) finishChange(
	ctx context.Context, cluster resname.Cluster, batch []*settingEdit, sent sentChange,
) (rest []*settingEdit, err error) {
	err = c.waitOperation(ctx, cluster, sent.operation, func(still *Error) { tell(batch, still) })
	if IsKind(err, KindDenied) {
		return batch, c.waitForSetting(ctx, cluster, batch, sent.want, err)
	}
	if err != nil && !(sent.found && IsKind(err, KindFailed, KindOrgPolicy)) {
		return batch, err
	}
	now, err := c.getCluster(ctx, cluster.Project, cluster.String())
	if err != nil || now.Setting.Equal(sent.want) {
		return batch, err
	}
	missing := &Error{
		Kind: either(sent.found, KindConflict, KindFailed), Method: updateCluster.name, Resource: cluster.String(),
		Message: fmt.Sprintf("operation %s ended without an error, but the cluster reports %s instead of %s",
			sent.operation, now.Setting, sent.want),
		Remedy: "Something else changed the cluster at the same time. Run again, and see who else manages its Binary Authorization setting.",
	}
	if sent.found {
		return batch, missing
	}
	for _, e := range batch {
		if e.holds(now.Setting) {
			c.finishAll([]*settingEdit{e}, now.Setting, nil)
		} else {
			rest = append(rest, e)
		}
	}
	return rest, missing
}

// holds reports whether the cluster has what the change is about, whatever else somebody has changed.
func (e *settingEdit) holds(now Setting) bool {
	want, err := e.Decide(now, true)
	return err == nil && want.Equal(now)
}

// waitForSetting stands in for the operation where that may not be read: the cluster itself shows when it is done. How it
// failed, it does not show.
func (c *Clients) waitForSetting(ctx context.Context, cluster resname.Cluster, batch []*settingEdit, want Setting, denied error) error {
	waiting(batch, fmt.Sprintf("%s: the operation may not be read (%s); the cluster is looked at instead", cluster, denied))
	why := explain(denied, getOperation, cluster.String(), cluster.Project)
	tell(batch, why)
	first := c.config.PollInterval
	for pause := first; ; pause = pollPause(pause, first) {
		now, err := c.getCluster(ctx, cluster.Project, cluster.String())
		if err != nil || now.Setting.Equal(want) {
			return err
		}
		if !sleep(ctx, pause) {
			return ended(ctx, why)
		}
	}
}

var operationID = regexp.MustCompile(`operation-[0-9a-z-]+`)

// waitUntilFree waits for what keeps the cluster busy: the operation that the error names, or any that runs there.
func (c *Clients) waitUntilFree(ctx context.Context, cluster resname.Cluster, batch []*settingEdit, busy *Error) error {
	id := operationID.FindString(busy.Error())
	if id == "" {
		op, err := c.runningOn(ctx, cluster)
		if IsKind(err, KindTimeout) {
			return ended(ctx, busy)
		}
		if err != nil {
			return err
		}
		id = op.GetName()
	}
	waiting(batch, fmt.Sprintf("%s is busy: %s %s", cluster, busy, id))
	if id == "" {
		return nil
	}
	_, err := c.pollers.of(c, cluster.Project).wait(ctx, cluster, id, func(still *Error) { tell(batch, still) })
	if IsKind(err, KindNotFound) {
		return nil
	}
	return err
}

// tooManyBindings is the error of a change that binds more than a cluster can have.
func tooManyBindings(cluster string, bindings int) *Error {
	return &Error{
		Kind: KindLimit, Method: updateCluster.name, Resource: cluster,
		Message: fmt.Sprintf("the cluster would have %d policy bindings, and GKE takes %d at most; nothing of this was written",
			bindings, MostBindings),
		Remedy: "Remove the binding of a platform policy that is not needed any more, or put the checks of several policies into one.",
	}
}
