package walk

import (
	"cmp"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// Key is what is planned for one key of an attestor by a resource of its own.
type Key struct {
	// Attestor is the full name of the attestor, ID the id of the key, "" while it is not known.
	Attestor, ID string
	// Leaves says that the resource is planned to be destroyed, or replaced by one for another key.
	Leaves bool
	// Key is nil while the key's text is not known.
	Key *attest.Key
}

// Resource is the id of the resource.
func (k Key) Resource() string { return k.Attestor + " " + k.ID }

// keyring is what is planned for the keys of one attestor.
type keyring struct {
	listed bool
	single map[string]Key // by id of the resource
}

// PlanKey notes what is planned for a key. One that comes replaces the plan of one that leaves, not the other way round. It reports
// whether the attestor itself lists its keys.
func (w *Walk) PlanKey(k Key) (listed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ring := w.keyringOf(k.Attestor)
	if _, planned := ring.single[k.Resource()]; !planned || !k.Leaves {
		ring.single[k.Resource()] = k
	}
	return ring.listed
}

// PlanKeyList notes whether the plan of an attestor lists its keys. If it does, the resources are returned that were planned for single
// ones before.
func (w *Walk) PlanKeyList(attestor string, listed bool) []Key {
	w.mu.Lock()
	ring := w.keyringOf(attestor)
	ring.listed = listed
	w.mu.Unlock()
	if !listed {
		return nil
	}
	return w.Keys(attestor)
}

// Keys are the keys of an attestor that were planned so far by resources of their own.
func (w *Walk) Keys(attestor string) []Key {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Key
	for _, k := range w.keyringOf(attestor).single {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b Key) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func (w *Walk) keyringOf(attestor string) *keyring {
	if w.keyrings[attestor] == nil {
		w.keyrings[attestor] = &keyring{single: map[string]Key{}}
	}
	return w.keyrings[attestor]
}

// keyDone forgets what was planned for an attestor or a key that has been written, also before the id of the key was known.
func (s *seen) keyDone(id string) {
	attestor, _, _ := strings.Cut(id, " ")
	ring := s.keyrings[attestor]
	switch {
	case ring == nil:
	case attestor == id:
		ring.listed = false
	default:
		delete(ring.single, id)
		delete(ring.single, Key{Attestor: attestor}.Resource())
	}
}
