package gcp

import (
	"sync"
	"time"
)

// gatherTime is how long an edit waits for others to go along: Terraform begins ten resources at once, and the quota of policies is 20
// updates a minute. It costs time, never a result: an edit that comes later is written later.
const gatherTime = 100 * time.Millisecond

// queue has the edits that are pending, by the object that they are of.
type queue[E any] struct {
	mu      sync.Mutex
	pending map[string][]E
}

// add reports whether the edit is the first of a batch, so that its owner has to see to the write.
func (q *queue[E]) add(key string, edit E) (first bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.pending == nil {
		q.pending = map[string][]E{}
	}
	q.pending[key] = append(q.pending[key], edit)
	return len(q.pending[key]) == 1
}

// gather waits for others to come along, longer while they still do: on a busy machine ten resources begin one after the other.
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
