package gcp

// Claim says how a resource of this run owns a project's policy.
type Claim int

// A policy is owned whole by one resource, or in parts by several.
const (
	WholePolicy Claim = 1 << iota
	PartOfPolicy
)

// Claim notes that a resource of this run owns the policy of project in that way, and reports whether another owns it in the
// other: the two would take turns in undoing each other.
func (c *Clients) Claim(project string, claim Claim) (clash bool) {
	c.claimsMu.Lock()
	defer c.claimsMu.Unlock()
	if c.claims == nil {
		c.claims = map[string]Claim{}
	}
	c.claims[project] |= claim
	return c.claims[project] == WholePolicy|PartOfPolicy
}
