package gcp

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"
)

// settingEdit is a pending change of a cluster's setting, and the owner waiting for it.
type settingEdit struct {
	progress
	SettingChange
	ctx context.Context //nolint:containedctx // a change whose owner has gone is not made
	// sent means that an update with the change may have been written.
	sent bool
	// why is the current obstacle to the change.
	why atomic.Pointer[Error]
	// started receives the update once it is under way. left is closed when wait returns.
	started    chan sentChange
	done, left chan struct{}
	setting    Setting
	err        error
}

func newSettingEdit(ctx context.Context, change SettingChange) *settingEdit {
	e := &settingEdit{SettingChange: change, ctx: ctx, started: make(chan sentChange), done: make(chan struct{}), left: make(chan struct{})}
	e.why.Store(&Error{
		Method: updateCluster.name, Resource: change.Cluster.String(), Message: "another change of this run is under way on the cluster",
	})
	return e
}

// lookAgain is the interval of attempts to withdraw a change after the owner's time is over.
const lookAgain = 20 * time.Millisecond

// wait returns the result of the change. An interrupt before the send withdraws it. An interrupt
// after the send waits briefly for the name of the operation, so that the owner can store it.
func (e *settingEdit) wait() (Setting, error) {
	defer close(e.left)
	gone, late := e.ctx.Done(), (<-chan time.Time)(nil)
	var end time.Time // not zero once the owner has gone
	var under sentChange
	for {
		select {
		case <-e.done:
			return e.setting, e.err
		case under = <-e.started:
			if e.Started != nil {
				e.Started(under.operation)
			}
		case <-gone:
			gone, late, end = nil, time.After(0), time.Now().Add(ownerWait)
		case <-late:
			late = time.After(lookAgain)
		}
		switch {
		case end.IsZero():
		case under.operation != "" || e.withdraw():
			return under.want, ended(e.ctx, e.why.Load())
		case time.Now().After(end):
			return Setting{}, e.unknown()
		}
	}
}

// unknown is the error of a change whose result is unknown: the owner stopped waiting after the
// send.
func (e *settingEdit) unknown() *Error {
	failure := ended(e.ctx, e.why.Load())
	failure.Message, failure.Remedy, failure.mayHaveWritten = "it ended "+perhaps[0], perhaps[1], true
	return failure
}

// finish sends the result to the owner. Each owner gets its own copy of an error, because it may
// edit the text.
func (e *settingEdit) finish(setting Setting, err error) {
	//nolint:errorlint // only an error that has nothing around it is copied
	if failure, ok := errors.AsType[*Error](err); ok && error(failure) == err {
		its := *failure
		err = &its
	}
	e.setting, e.err = setting, err
	close(e.done)
}

// finishAll sends the result to the owners without one.
func (c *Clients) finishAll(batch []*settingEdit, setting Setting, err error) {
	for _, e := range batch {
		c.clusterReads.Wrote(e.Cluster.String())
		e.finish(setting, err)
	}
}

func tell(batch []*settingEdit, why *Error) {
	for _, e := range batch {
		e.why.Store(why)
	}
}

func waiting(batch []*settingEdit, reason string) {
	for _, e := range batch {
		if e.Waiting != nil {
			e.Waiting(reason)
		}
	}
}

// announce sends the operation to the owners, before the wait for its end.
func announce(batch []*settingEdit, sent sentChange) {
	for _, e := range batch {
		select {
		case e.started <- sent:
		case <-e.left:
		}
	}
}

// decided applies the changes of a batch. Owners of refused changes get the error, and nothing of
// their change; rest are the others.
func (c *Clients) decided(now Setting, batch []*settingEdit) (want Setting, rest []*settingEdit) {
	rest = slices.Clone(batch)
	for {
		want, refused, err := decideAll(now, rest)
		if refused == nil {
			return want, rest
		}
		c.finishAll([]*settingEdit{refused}, now, err)
		rest = slices.DeleteFunc(rest, func(e *settingEdit) bool { return e == refused })
	}
}

// decideAll returns the result of all changes, or the first refused one. First, all changes unbind:
// a policy can move from one owner to another, and a full cluster gets room. Then each change
// decides on the result of the previous one. A change above the limit of bindings decides again at
// the end.
func decideAll(now Setting, batch []*settingEdit) (want Setting, refused *settingEdit, err error) {
	want, refused, err = unbindAll(now, batch)
	if err != nil {
		return now, refused, err
	}
	var full []*settingEdit
	for _, e := range batch {
		next, err := e.decide(want)
		switch {
		case err != nil:
			return now, e, err
		case overfull(want, next):
			full = append(full, e)
		default:
			want = next
		}
	}
	for _, e := range full {
		next, err := e.decide(want)
		if err == nil && overfull(want, next) {
			err = tooManyBindings(e.Cluster.String(), len(next.Bindings))
		}
		if err != nil {
			return now, e, err
		}
		want = next
	}
	return want, nil, nil
}

// unbindAll makes the removals of all changes. An ambiguous removal is tried again after the others:
// these can leave only one possible binding.
func unbindAll(now Setting, batch []*settingEdit) (want Setting, refused *settingEdit, err error) {
	want = now
	for left := batch; len(left) > 0; {
		var again []*settingEdit
		for _, e := range left {
			next, failure := e.unbind(want)
			if failure != nil {
				again, refused, err = append(again, e), e, failure
				continue
			}
			want = next
		}
		if len(again) == len(left) {
			return now, refused, err
		}
		left = again
	}
	return want, nil, nil
}

func overfull(now, next Setting) bool {
	return len(next.Bindings) > MostBindings && len(next.Bindings) > len(now.Bindings)
}

func (e *settingEdit) decide(now Setting) (Setting, error) {
	if e.ctx.Err() != nil {
		return now, ended(e.ctx, e.why.Load())
	}
	return e.Decide(now, e.sent)
}

func (e *settingEdit) unbind(now Setting) (Setting, error) {
	if e.Unbind == nil {
		return now, nil
	}
	return e.Unbind(now)
}

// underwaySettings marks the changes of a batch as sent with the next update. rest excludes
// withdrawn changes.
func underwaySettings(batch []*settingEdit) (rest []*settingEdit) {
	for _, e := range batch {
		if !e.send() {
			rest = append(rest, e)
		}
	}
	return rest
}
