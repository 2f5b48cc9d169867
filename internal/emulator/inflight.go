package emulator

import (
	"net/http"
	"sync"
)

// inFlight tracks the requests in progress, so Close can wait for them; net/http does not.
type inFlight struct {
	mu     sync.Mutex
	count  int
	closed bool
	empty  chan struct{}
}

func (f *inFlight) track(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !f.enter() {
			return
		}
		defer f.leave()
		h.ServeHTTP(w, r)
	})
}

func (f *inFlight) enter() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.count++
	return true
}

func (f *inFlight) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count--
	if f.closed && f.count == 0 {
		close(f.empty)
	}
}

// now is the number of requests in progress.
func (f *inFlight) now() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count
}

// wait returns when the last request is done; from then on, no request is accepted.
func (f *inFlight) wait() {
	f.mu.Lock()
	f.closed, f.empty = true, make(chan struct{})
	if f.count == 0 {
		close(f.empty)
	}
	empty := f.empty
	f.mu.Unlock()
	<-empty
}
