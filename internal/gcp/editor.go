package gcp

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"
)

// editor merges the edits that are pending for one object into one guarded write: one read, one write that carries the etag of the read,
// all of it again after a conflict. What somebody else keeps in the object survives. M is the API's message of the object.
type editor[M proto.Message] struct {
	// read reads an object by its key as it is at this moment.
	read func(ctx context.Context, key string) (M, error)
	// write replaces an object if its etag is still that of want. Otherwise nothing is written and the error is of kind KindConflict.
	write func(ctx context.Context, key string, want M) (M, error)
	// same says that nothing is to be written.
	same func(a, b M) bool
	// about names method and object for errors.
	about func(key string) (method, resource string)
	pause time.Duration

	edits   queue[*pendingEdit[M]]
	flights keyedLock
}

// edit makes an edit together with all others of the object that are pending.
func (e *editor[M]) edit(ctx context.Context, key string, edit Edit[M]) (M, error) {
	p := &pendingEdit[M]{Edit: edit, ctx: ctx, done: make(chan struct{})}
	if e.edits.add(key, p) {
		// The edits of others must not end with the one who happened to come first.
		go e.flush(context.WithoutCancel(ctx), key)
	}
	return e.wait(key, p)
}

// flush writes everything that is pending once the write before is over.
func (e *editor[M]) flush(ctx context.Context, key string) {
	limited, cancel := context.WithTimeout(ctx, defaultLimit)
	defer cancel()
	e.edits.gather(key)
	unlock, err := e.flights.lock(limited, key)
	batch := e.edits.take(key)
	if err != nil {
		var none M
		for _, p := range batch {
			p.finish(none, ended(limited, e.failure(key, "another write did not end")))
		}
		return
	}
	defer unlock()
	if len(batch) == 0 {
		return // another write has taken them along
	}
	wanted, release := whileWanted(limited, batch)
	defer release()
	e.finish(wanted, key, batch)
}

// finish writes a batch. If the service refuses it, each edit is tried by itself, so that one that cannot be does not take the others
// with it.
func (e *editor[M]) finish(ctx context.Context, key string, batch []*pendingEdit[M]) {
	object, err := e.writeBatch(ctx, key, batch)
	if len(batch) > 1 && IsKind(err, KindInvalid, KindNotFound, KindDenied, KindLimit) {
		for i := range batch {
			e.finish(ctx, key, batch[i:i+1])
		}
		return
	}
	var none M
	for _, p := range batch {
		if p.err != nil {
			p.finish(none, p.err)
		} else {
			p.finish(object, err)
		}
	}
}

// writeBatch makes the edits on the object as it is, until one write gets through without a conflict.
func (e *editor[M]) writeBatch(ctx context.Context, key string, batch []*pendingEdit[M]) (M, error) {
	for pause := e.pause; ; pause = min(2*pause, 60*e.pause) {
		now, err := e.read(ctx, key)
		if err != nil {
			return now, err
		}
		want := allowed(ctx, now, batch)
		if e.same(now, want) {
			return now, nil
		}
		if underway(batch) {
			continue // one was withdrawn meanwhile
		}
		written, err := e.write(ctx, key, want)
		if !IsKind(err, KindConflict) {
			return written, err
		}
		for _, p := range batch {
			p.sent = p.err == nil && (p.sent || mayHaveWritten(err))
		}
		if !sleep(ctx, pause) {
			return written, ended(ctx, e.failure(key, "the object kept changing"))
		}
	}
}

func (e *editor[M]) failure(key, message string) *Error {
	method, resource := e.about(key)
	return &Error{Method: method, Resource: resource, Message: message}
}
