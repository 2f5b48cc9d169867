package gcp

import "context"

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

// Hold notes that a resource of this run has an object, or makes it, and reports whether another one does so too. A resource that is
// replaced is planned twice: first with the object that it has, then as one that makes it.
func (c *Clients) Hold(id string, has bool) (twice bool) {
	kind := "make "
	if has {
		kind = "have "
	}
	_, twice = c.noted.LoadOrStore(kind+id, true)
	return twice
}

// Own notes that an object was read from the state in this run: planning it anew, as for a replacement, takes it from nobody.
func (c *Clients) Own(id string) { c.noted.Store("own "+id, true) }

// Owns reports whether Own was called for id.
func (c *Clients) Owns(id string) bool {
	_, ok := c.noted.Load("own " + id)
	return ok
}

// WillChange notes that the plan of this run makes or changes an object, so that what is there now says nothing of what will be.
func (c *Clients) WillChange(id string) { c.noted.Store("change "+id, true) }

// Changes reports whether WillChange was called for id.
func (c *Clients) Changes(id string) bool {
	_, ok := c.noted.Load("change " + id)
	return ok
}

// LockAttestations keeps the attestations of an image in a project from being made and removed at the same time.
func (c *Clients) LockAttestations(ctx context.Context, project, image string) (unlock func(), err error) {
	return c.attestationLocks.lock(ctx, project+" "+image)
}

// TakeOver notes that a resource of this run took over an object that was there: the next one to let it go must leave it.
func (c *Clients) TakeOver(id string) { c.noted.Store("take over "+id, true) }

// LetGo reports whether another resource of this run took the object over, and forgets that.
func (c *Clients) LetGo(id string) (taken bool) {
	_, taken = c.noted.LoadAndDelete("take over " + id)
	return taken
}

// WillAttest notes that the plan of this run attests the image of digest for an attestor.
func (c *Clients) WillAttest(attestor, digest string) {
	c.noted.Store("attest "+attestor+" "+digest, true)
}

// Attests reports whether WillAttest was called for both.
func (c *Clients) Attests(attestor, digest string) bool {
	_, ok := c.noted.Load("attest " + attestor + " " + digest)
	return ok
}
