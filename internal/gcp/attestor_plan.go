package gcp

// WillHaveKeys notes how many keys the plan of this run gives an attestor that it makes or changes.
func (c *Clients) WillHaveKeys(attestor string, n int) { c.plannedKeys.Store(attestor, n) }

// PlannedKeys is the number that WillHaveKeys was called with last.
func (c *Clients) PlannedKeys(attestor string) (n int, known bool) {
	v, known := c.plannedKeys.Load(attestor)
	n, _ = v.(int)
	return n, known
}
