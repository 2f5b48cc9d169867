package provider

import (
	"context"
	"sync"
	"time"
)

// heldContext stands for its parent until it is released. It is then cancelled and holds nothing.
type heldContext struct {
	done chan struct{}

	mu     sync.Mutex
	parent context.Context //nolint:containedctx // standing for a context is what it is for
	err    error
}

// hold returns a heldContext for parent and the function to release it.
func hold(parent context.Context) (held *heldContext, release func()) {
	h := &heldContext{done: make(chan struct{}), parent: parent}
	stop := context.AfterFunc(parent, func() { h.end(parent.Err()) })
	return h, func() {
		stop()
		h.end(context.Canceled)
		h.letGo()
	}
}

func (h *heldContext) end(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err == nil {
		h.err = err
		close(h.done)
	}
}

func (h *heldContext) letGo() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.parent = context.Background()
}

func (h *heldContext) current() context.Context {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.parent
}

func (h *heldContext) Deadline() (time.Time, bool) { return h.current().Deadline() }
func (h *heldContext) Value(key any) any           { return h.current().Value(key) }
func (h *heldContext) Done() <-chan struct{}       { return h.done }

func (h *heldContext) Err() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}
