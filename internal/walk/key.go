package walk

import (
	"cmp"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// Key is the plan of a resource for a single key of an attestor.
type Key struct {
	// Attestor is the full name of the attestor. ID is the id of the key, "" if unknown.
	Attestor, ID string
	// Leaves means that the resource is destroyed, or replaced with another key.
	Leaves bool
	// Key is nil if the key's text is unknown.
	Key *attest.Key
}

// Resource is the id of the resource.
func (k Key) Resource() string { return k.Attestor + " " + k.ID }

// keyring is the plan for the keys of one attestor.
type keyring struct {
	listed bool
	single map[string]Key // by id of the resource
}

// PlanKey records the plan for a key, and reports whether the attestor itself lists its keys. A
// planned create replaces a planned destroy of the same key, not vice versa.
func (w *Walk) PlanKey(k Key) (listed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ring := w.keyringOf(k.Attestor)
	if _, planned := ring.single[k.Resource()]; !planned || !k.Leaves {
		ring.single[k.Resource()] = k
	}
	return ring.listed
}

// PlanKeyList records whether the plan of an attestor lists its keys. If so, it returns the single
// keys planned so far.
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

// Keys are the single keys of an attestor planned so far.
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

// keyDone forgets the plan for an attestor or a key after the write, also a plan with an unknown
// key id.
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
