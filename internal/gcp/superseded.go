package gcp

import (
	"sync"
	"time"
)

// supersededAge is how long a read may still show what a write has replaced. IAM needs "seven minutes or longer" at most:
// https://cloud.google.com/iam/docs/access-change-propagation.
const supersededAge = 10 * time.Minute

// superseded are the etags of allow policies that our own writes have replaced, by object. A read that shows one of them is older than
// the write. It costs another look, never a result.
type superseded struct {
	mu sync.Mutex
	at map[oldEtag]time.Time
}

type oldEtag struct{ object, etag string }

// add notes that a write has replaced the policy with an etag.
func (s *superseded) add(object string, etag []byte, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at == nil {
		s.at = map[oldEtag]time.Time{}
	}
	s.at[oldEtag{object, string(etag)}] = at
}

func (s *superseded) has(object string, etag []byte) bool {
	at := s.since(object, etag)
	return !at.IsZero() && time.Since(at) < supersededAge
}

// since is when a write has replaced the policy with an etag, the zero time if none has.
func (s *superseded) since(object string, etag []byte) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at[oldEtag{object, string(etag)}]
}

// forget is for an object that is made or deleted: the policy of a new one has the etag that every first one has.
func (s *superseded) forget(object string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for old := range s.at {
		if old.object == object {
			delete(s.at, old)
		}
	}
}

// Superseded notes that a write of an earlier run has replaced the allow policy with an etag.
func (c *Clients) Superseded(object string, etag []byte, at time.Time) {
	c.superseded.add(object, etag, at)
}
