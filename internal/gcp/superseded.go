package gcp

import (
	"sync"
	"time"
)

// supersededAge is the time in which a read may still show a replaced policy. IAM needs "seven
// minutes or longer": https://cloud.google.com/iam/docs/access-change-propagation.
const supersededAge = 10 * time.Minute

// superseded are the etags of allow policies replaced by our own writes, by object. A read with one
// of them is older than the write. It causes another read, never another result.
type superseded struct {
	mu sync.Mutex
	at map[oldEtag]time.Time
}

type oldEtag struct{ object, etag string }

// add records the etag of a replaced policy.
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

// forget is called for a created or deleted object: all first policies have the same etag.
func (s *superseded) forget(object string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for old := range s.at {
		if old.object == object {
			delete(s.at, old)
		}
	}
}

// Superseded records the etag of a policy replaced by an earlier run.
func (c *Clients) Superseded(object string, etag []byte, at time.Time) {
	c.superseded.add(object, etag, at)
}
