package attestor_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// complete records the resource types read or planned the complete way.
type complete struct {
	mu    sync.Mutex
	kinds []string
}

func (c *complete) observe(_, kind string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kinds = append(c.kinds, kind)
}

// take reports whether a type was recorded, and clears the record.
func (c *complete) take(kind string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := slices.Contains(c.kinds, kind)
	c.kinds = nil
	return found
}

// TestUnchangedAttestorBesideAKey: an unchanged attestor on the short way reports whether it lists
// its keys. A key resource learns it, planned before or after the attestor.
func TestUnchangedAttestorBesideAKey(t *testing.T) {
	t.Parallel()
	list := keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", ""))
	for name, c := range map[string]struct {
		list, attestor, after string
		refused               bool
	}{
		"a list before the key":    {list: list, attestor: "binauthz_attestor.it.id", refused: true},
		"a list after the key":     {list: list, attestor: `"a"`, after: ", " + keyAddress, refused: true},
		"no list before the key":   {attestor: "binauthz_attestor.it.id"},
		"no list after the key":    {attestor: `"a"`, after: ", " + keyAddress},
		"an empty list":            {list: "public_keys = []", attestor: "binauthz_attestor.it.id", refused: true},
		"an empty list, key first": {list: "public_keys = []", attestor: `"a"`, after: ", " + keyAddress, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, seen := demoWorld(t, acctest.NewEmulated(t, emulator.Options{})), &complete{}
			w.TakeShortWay(seen.observe)
			config := inDemo + w.config(c.list)
			cli := w.CLI(t, config)
			w.must(cli, "apply", "-auto-approve")
			seen.take("")
			key := strings.Replace(ownKey("it", pkixKey(t, "p384.pem", "ECDSA_P384_SHA384", "")), "binauthz_attestor.it.id", c.attestor, 1)
			cli.Write(t, strings.Replace(config, "[binauthz_note.it]", "[binauthz_note.it"+c.after+"]", 1)+key)
			if c.refused {
				w.refused(cli, "Public key is owned twice", "plan")
			} else {
				acctest.Says(t, w.must(cli, "plan"), "1 to add, 0 to change, 0 to destroy")
			}
			if seen.take("binauthz_attestor") {
				t.Error("the attestor went the complete way")
			}
		})
	}
}
