package gcp

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// settingEdit is a pending change of a cluster's setting with whoever waits for it.
type settingEdit struct {
	progress
	SettingChange
	ctx context.Context //nolint:containedctx // a change whose owner has gone is not made
	// sent says that an update with the change may have been carried out.
	sent bool
	// why is what keeps the change from being done.
	why atomic.Pointer[Error]
	// started has the update once it is under way. left says that nobody waits any more.
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

// lookAgain is how often an owner whose time is over looks whether its change can be withdrawn.
const lookAgain = 20 * time.Millisecond

// wait returns what became of the change. One that is interrupted before it is sent is withdrawn; one that is sent has a moment left in
// which its operation can be told, so that it is remembered.
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
			gone, late, end = nil, time.After(0), time.Now().Add(2*lateLimit) // longer than the update looks for its operation
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

// unknown is the error of a change whose owner has gone while it was sent.
func (e *settingEdit) unknown() *Error {
	failure := ended(e.ctx, e.why.Load())
	failure.Message, failure.Remedy = "it ended "+perhaps[0], perhaps[1]
	return failure
}

// finish tells the owner. Each has an error of its own: what it says may be changed.
func (e *settingEdit) finish(setting Setting, err error) {
	//nolint:errorlint // only an error that has nothing around it is copied
	if failure, ok := errors.AsType[*Error](err); ok && error(failure) == err {
		its := *failure
		err = &its
	}
	e.setting, e.err = setting, err
	close(e.done)
}

// finishAll tells those that nobody has told yet.
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

// announce tells the owners which operation it is, before it is waited for.
func announce(batch []*settingEdit, sent sentChange) {
	for _, e := range batch {
		select {
		case e.started <- sent:
		case <-e.left:
		}
	}
}

// decided is the setting with every change of a batch, each on what those before it lead to. Changes that are refused are told so, and
// rest are the others. One that finds the cluster full is tried once more after those that unbind something.
func (c *Clients) decided(now Setting, batch []*settingEdit) (want Setting, rest []*settingEdit) {
	want = now
	var full []*settingEdit
	for _, e := range batch {
		next, err := e.decide(want)
		switch {
		case err == nil && overfull(want, next):
			full = append(full, e)
		case err != nil:
			c.finishAll([]*settingEdit{e}, want, err)
		default:
			want, rest = next, append(rest, e)
		}
	}
	for _, e := range full {
		next, err := e.decide(want)
		if err == nil && overfull(want, next) {
			err = tooManyBindings(e.Cluster.String(), len(next.Bindings))
		}
		if err != nil {
			c.finishAll([]*settingEdit{e}, want, err)
			continue
		}
		want, rest = next, append(rest, e)
	}
	return want, rest
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

// underwaySettings notes that the changes of a batch are sent with the next update. Those that were withdrawn before are not in rest.
func underwaySettings(batch []*settingEdit) (rest []*settingEdit) {
	for _, e := range batch {
		if !e.send() {
			rest = append(rest, e)
		}
	}
	return rest
}
