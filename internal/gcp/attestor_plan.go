package gcp

import (
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// PlannedKeys are the keys that the plan of this run gives an attestor.
type PlannedKeys struct {
	// Known are the keys whose text is known.
	Known attest.Keyring
	// Open are the ids of the others; "" where the id is not known either.
	Open []string
}

// Number is how many keys there will be.
func (k PlannedKeys) Number() int { return len(k.Known) + len(k.Open) }

// PlannedKeys are the keys that the plan of this run gives an attestor that it makes or changes, which its claim of Changing keeps.
func (c *Clients) PlannedKeys(attestor string) (keys PlannedKeys, known bool) {
	for _, claim := range slices.Backward(c.Claims(attestor)) {
		if keys, known = claim.By.(PlannedKeys); known {
			break
		}
	}
	return keys, known
}
