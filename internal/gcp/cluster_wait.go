package gcp

import (
	"context"
	"fmt"
	"regexp"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// finishChange waits for the operation and then reads the cluster: a successful operation is no
// proof. If the operation belongs to others after all, the error is of kind KindConflict.
func (c *Clients) finishChange(
	ctx context.Context, cluster resname.Cluster, batch []*settingEdit, sent sentChange,
) (rest []*settingEdit, err error) {
	err = c.waitOperation(ctx, cluster, sent.operation, func(still *Error) { tell(batch, still) })
	if IsKind(err, KindDenied, KindNotFound) {
		return batch, c.waitForSetting(ctx, cluster, batch, sent, err)
	}
	if err != nil && !(sent.found && IsKind(err, KindFailed, KindOrgPolicy)) {
		return batch, err
	}
	now, err := c.getCluster(ctx, cluster.Project, cluster.String())
	if err != nil || sent.reached(now.Setting) {
		return batch, err
	}
	missing := &Error{
		Kind: either(sent.found, KindConflict, KindFailed), Method: updateCluster.name, Resource: cluster.String(),
		Message: fmt.Sprintf("operation %s ended without an error, but the cluster reports %s instead of %s",
			sent.operation, now.Setting, sent.want),
		Remedy: "Something else changed the cluster at the same time. Run again, and check for other managers of its Binary " +
			"Authorization setting.",
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

// holds reports whether the cluster has the changed part. Other parts may differ.
func (e *settingEdit) holds(now Setting) bool {
	want, err := e.unbind(now)
	if err == nil {
		want, err = e.Decide(want, true)
	}
	return err == nil && want.identical(now)
}

// waitForSetting polls the cluster if the operation cannot be read. The cluster shows the end of a
// change, but not the reason of a failure.
func (c *Clients) waitForSetting(ctx context.Context, cluster resname.Cluster, batch []*settingEdit, sent sentChange, unread error) error {
	waiting(batch, fmt.Sprintf("%s: the operation cannot be read (%s); the provider reads the cluster instead", cluster, unread))
	why := explain(unread, getOperation, cluster.String(), cluster.Project)
	tell(batch, why)
	first := c.config.PollInterval
	for pause := first; ; pause = pollPause(pause, first) {
		now, err := c.getCluster(ctx, cluster.Project, cluster.String())
		if err != nil || sent.reached(now.Setting) {
			return err
		}
		if !sleep(ctx, pause) {
			return ended(ctx, why)
		}
	}
}

var operationID = regexp.MustCompile(`operation-[0-9a-z-]+`)

// waitUntilFree waits for the operation named in a busy error, or for any running operation of the
// cluster.
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

// tooManyBindings is the error of a change beyond the maximum number of bindings.
func tooManyBindings(cluster string, bindings int) *Error {
	return &Error{
		Kind: KindLimit, Method: updateCluster.name, Resource: cluster,
		Message: fmt.Sprintf("the cluster would have %d policy bindings, and GKE takes %d at most; nothing of this was written",
			bindings, MostBindings),
		Remedy: "Remove the binding of an unused platform policy, or merge several policies into one.",
	}
}
