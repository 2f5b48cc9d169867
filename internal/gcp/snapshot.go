package gcp

import (
	"context"
	"sync"
	"time"
)

// snapshotAge is how long a list may answer for single objects: longer than a plan takes, short enough that a process
// that waits an hour for clusters does not work from what was true before.
const snapshotAge = time.Minute

// reader answers reads of single objects of one kind with few calls: the first object of a parent is fetched by name, the
// second distinct one makes one list of the parent, and that list answers for the others.
//
// A list answers only for what it contains, and not for what we wrote after it began. What it lacks, what we wrote, and everything when
// it failed, is fetched by name: a list can be partial, and it may be forbidden where a get is allowed. A reader that relists makes
// another list for what we wrote.
type reader[T any] struct {
	get  func(ctx context.Context, parent, name string) (T, error)
	list func(ctx context.Context, parent string) (map[string]T, error)

	relists bool

	mu      sync.Mutex
	parents map[string]*parentReads
	lists   map[string]*snapshot[T]
	written map[string]time.Time // when we wrote last, by name
}

// parentReads is what was asked of one parent so far.
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

func newReader[T any](get func(context.Context, string, string) (T, error), list func(context.Context, string) (map[string]T, error)) *reader[T] {
	return &reader[T]{get: get, list: list, parents: map[string]*parentReads{}, lists: map[string]*snapshot[T]{}, written: map[string]time.Time{}}
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

// Wrote says that name was changed by us: no list that began before answers for it.
func (r *reader[T]) Wrote(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.written[name] = time.Now()
}

// snapshotFor is the list that may answer for name, nil if it has to be fetched by name; mine says that the caller has to fill it.
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
