package gcp

import (
	"context"
	"sync"
)

// keyedLock lets one goroutine at a time hold a key. Waiting ends with the context.
type keyedLock struct {
	mu   sync.Mutex
	held map[string]chan struct{}
}

// lock returns the unlock function, or the context's error.
func (l *keyedLock) lock(ctx context.Context, key string) (unlock func(), err error) {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[string]chan struct{}{}
	}
	slot, ok := l.held[key]
	if !ok {
		slot = make(chan struct{}, 1)
		l.held[key] = slot
	}
	l.mu.Unlock()
	select {
	case slot <- struct{}{}:
		return func() { <-slot }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
