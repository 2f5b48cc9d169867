package gcp

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"
)

// editor merges the pending edits of one object into one read and one write with the etag of the
// read. After a conflict it repeats both. Parts of other owners survive. M is the API message of
// the object.
type editor[M proto.Message] struct {
	// read reads an object by its key as it is at this moment.
	read func(ctx context.Context, key string) (M, error)
	// write replaces an object if it still has the etag of want. On a mismatch it writes nothing
	// and returns an error of kind KindConflict.
	write func(ctx context.Context, key string, want M) (M, error)
	// same reports whether a write is unnecessary.
	same func(a, b M) bool
	// about names method and object for errors.
	about func(key string) (method, resource string)
	pause time.Duration

	edits   queue[*pendingEdit[M]]
	flights keyedLock
}

// edit merges an edit with all pending edits of the object.
func (e *editor[M]) edit(ctx context.Context, key string, edit Edit[M]) (M, error) {
	p := &pendingEdit[M]{Edit: edit, ctx: ctx, done: make(chan struct{})}
	if e.edits.add(key, p) {
		// The interrupt of the first owner must not end the edits of the others.
		go e.flush(context.WithoutCancel(ctx), key)
	}
	return e.wait(key, p)
}

// flush writes all pending edits after the previous write has ended.
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

// finish writes a batch. If the service refuses it, each edit is tried alone, so that one refused
// edit does not stop the others.
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

// writeBatch applies the edits to the current object and writes it, until a write succeeds without
// a conflict.
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
			p.sent = p.err == nil && (p.sent || MayHaveWritten(err))
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
