package gcp

import (
	"sync"
	"time"
)

// gatherTime is the time to collect further edits: Terraform starts ten resources at once, and the
// quota is 20 policy updates per minute. It affects only the number of writes: a later edit is
// written later.
const gatherTime = 100 * time.Millisecond

// queue contains the pending edits, by their object.
type queue[E any] struct {
	mu      sync.Mutex
	pending map[string][]E
}

// add reports whether the edit is the first of a batch. Its owner starts the write.
func (q *queue[E]) add(key string, edit E) (first bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.pending == nil {
		q.pending = map[string][]E{}
	}
	q.pending[key] = append(q.pending[key], edit)
	return len(q.pending[key]) == 1
}

// gather waits for further edits, and longer while they arrive: on a busy machine, ten resources
// start one after the other.
func (q *queue[E]) gather(key string) {
	time.Sleep(gatherTime)
	for range 10 {
		before := q.count(key)
		if time.Sleep(gatherTime / 2); q.count(key) == before {
			return
		}
	}
}

func (q *queue[E]) count(key string) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.pending[key])
}

func (q *queue[E]) take(key string) []E {
	q.mu.Lock()
	defer q.mu.Unlock()
	batch := q.pending[key]
	delete(q.pending, key)
	return batch
}
