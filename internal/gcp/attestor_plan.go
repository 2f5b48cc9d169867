package gcp

import "github.com/binauthz/terraform-provider-binauthz/internal/attest"

// PlannedKeys are the keys that the plan of this run gives an attestor.
type PlannedKeys struct {
	// Known are the keys whose text is known.
	Known attest.Keyring
	// Open are the ids of the others; "" where the id is not known either.
	Open []string
}

// Number is how many keys there will be.
func (k PlannedKeys) Number() int { return len(k.Known) + len(k.Open) }

// WillHaveKeys notes which keys the plan of this run gives an attestor that it makes or changes.
func (c *Clients) WillHaveKeys(attestor string, keys PlannedKeys) {
	c.plannedKeys.Store(attestor, keys)
}

// PlannedKeys are the ones that WillHaveKeys was called with last.
func (c *Clients) PlannedKeys(attestor string) (keys PlannedKeys, known bool) {
	v, known := c.plannedKeys.Load(attestor)
	keys, _ = v.(PlannedKeys)
	return keys, known
}
