package gcp

import (
	"context"
	"sync"
	"time"
)

// sharedRead shares reads of a thing without a list, such as a project's policy: callers get the
// same answer while it is under way or fresh. A failure goes only to the caller of the read.
type sharedRead[T any] struct {
	mu    sync.Mutex
	byKey map[string]*answer[T]
}

// answer is one read, under way until done is closed.
type answer[T any] struct {
	began time.Time
	done  chan struct{}
	value T
	err   error
}

func (s *sharedRead[T]) read(ctx context.Context, key string, fetch func(context.Context) (T, error)) (T, error) {
	a, mine := s.join(key)
	if mine {
		a.value, a.err = fetch(ctx)
		if a.err != nil {
			s.drop(key, a)
		}
		close(a.done)
		return a.value, a.err
	}
	select {
	case <-a.done:
	case <-ctx.Done():
	}
	if ctx.Err() != nil || a.err != nil {
		return fetch(ctx)
	}
	return a.value, nil
}

func (s *sharedRead[T]) join(key string) (a *answer[T], mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.byKey[key]; a != nil && time.Since(a.began) < snapshotAge {
		return a, false
	}
	if s.byKey == nil {
		s.byKey = map[string]*answer[T]{}
	}
	a = &answer[T]{began: time.Now(), done: make(chan struct{})}
	s.byKey[key] = a
	return a, true
}

func (s *sharedRead[T]) drop(key string, a *answer[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byKey[key] == a {
		delete(s.byKey, key)
	}
}

// forget makes the next read a new one: we wrote.
func (s *sharedRead[T]) forget(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byKey, key)
}
