package gcp

import (
	"context"
	"sync"
	"time"
)

// snapshotAge is the lifetime of a list as source of single objects: longer than a plan, but short
// enough for a process with an hour of cluster operations.
const snapshotAge = time.Minute

// reader reads single objects of one kind with few calls. The first object of a parent is read by
// name. The second one starts one list of the parent, and the list answers for the rest.
//
// A list answers only for its contents, and not for objects written by this process since it began.
// Those, and all objects after a failed list, are read by name: a list can be partial, and denied
// although a get is allowed. A reader with relists makes another list for written objects.
type reader[T any] struct {
	get  func(ctx context.Context, parent, name string) (T, error)
	list func(ctx context.Context, parent string) (map[string]T, error)

	relists bool

	mu      sync.Mutex
	parents map[string]*parentReads
	lists   map[string]*snapshot[T]
	written map[string]time.Time // when we wrote last, by name
}

// parentReads are the reads of one parent so far.
type parentReads struct {
	first     string
	forbidden bool
}

// snapshot is one list, under way until done is closed.
type snapshot[T any] struct {
	began time.Time
	done  chan struct{}
	items map[string]T
	err   error
}

func newReader[T any](
	get func(context.Context, string, string) (T, error), list func(context.Context, string) (map[string]T, error),
) *reader[T] {
	return &reader[T]{
		get:     get,
		list:    list,
		parents: map[string]*parentReads{},
		lists:   map[string]*snapshot[T]{},
		written: map[string]time.Time{},
	}
}

// Read returns the object called name in parent.
func (r *reader[T]) Read(ctx context.Context, parent, name string) (T, error) {
	if s, mine := r.snapshotFor(parent, name); s != nil {
		if mine {
			r.fill(ctx, parent, s)
		}
		select {
		case <-s.done:
		case <-ctx.Done():
		}
		if item, ok := r.lookUp(s, name); ok {
			return item, nil
		}
	}
	return r.get(ctx, parent, name)
}

// Wrote records a write of name: earlier lists no longer answer for it.
func (r *reader[T]) Wrote(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.written[name] = time.Now()
}

// snapshotFor is the list that may answer for name, nil for a read by name. mine means that the
// caller must fill it.
func (r *reader[T]) snapshotFor(parent, name string) (s *snapshot[T], mine bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	reads, known := r.parents[parent]
	if !known {
		r.parents[parent] = &parentReads{first: name}
		return nil, false
	}
	_, written := r.written[name]
	if reads.forbidden || (written && !r.relists) {
		return nil, false
	}
	if s := r.lists[parent]; s != nil && time.Since(s.began) < snapshotAge && s.began.After(r.written[name]) {
		return s, false
	}
	if reads.first == name {
		return nil, false
	}
	s = &snapshot[T]{began: time.Now(), done: make(chan struct{})}
	r.lists[parent] = s
	return s, true
}

func (r *reader[T]) fill(ctx context.Context, parent string, s *snapshot[T]) {
	items, err := r.list(InHaste(ctx), parent)
	r.mu.Lock()
	defer r.mu.Unlock()
	s.items, s.err = items, err
	if IsKind(err, KindDenied) {
		r.parents[parent].forbidden = true
	}
	close(s.done)
}

func (r *reader[T]) lookUp(s *snapshot[T], name string) (item T, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !s.began.After(r.written[name]) {
		return item, false
	}
	item, ok = s.items[name]
	return item, ok
}
