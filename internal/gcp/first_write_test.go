package gcp

import (
	"errors"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// TestAFirstWriteIsNotSentAgainOverAnother: a first write of a policy never overwrites another
// writer's policy after a temporary error: without an etag, the service would not refuse the second
// attempt.
func TestAFirstWriteIsNotSentAgainOverAnother(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{}, func(config *Config) { config.RequestTimeout = 400 * time.Millisecond })
	inject(t, server, "UpdatePolicy=hang")
	ours := projectpolicy.GoogleDefault()
	ours.Description = "ours"
	done := make(chan error, 1)
	go func() {
		_, err := c.UpdatePolicy(t.Context(), "demo", ours)
		done <- err
	}()
	sending(t, server)
	other := another(t, server)
	theirs := projectpolicy.GoogleDefault()
	theirs.Description = "theirs"
	if _, err := other.UpdatePolicy(t.Context(), "demo", theirs); err != nil {
		t.Fatal(err)
	}
	expectKind(t, <-done, KindConflict)
	if p, err := c.FreshPolicy(t.Context(), "demo"); err != nil || p.GetDescription() != "theirs" {
		t.Errorf("the policy is %v, %v", p, err)
	}
}

// TestTwoMakeTheSamePart: two writers create the same part at the same moment: one of them finds
// it.
func TestTwoMakeTheSamePart(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{Latency: 50 * time.Millisecond})
	given(t, c, "given")
	taken := errors.New("it is there already")
	create := func(c *Clients) error {
		_, err := c.EditPolicy(t.Context(), "demo", Edit[*Policy]{Change: func(p *Policy, sent bool) error {
			if lists(p, "gcr.io/acme/*") && !sent {
				return taken
			}
			projectpolicy.AddPattern(p, "gcr.io/acme/*")
			return nil
		}})
		return err
	}
	done := make(chan error, 2)
	for range 2 {
		clients := another(t, server)
		go func() { done <- create(clients) }()
	}
	one, other := <-done, <-done
	if (one == nil) == (other == nil) || !errors.Is(errors.Join(one, other), taken) {
		t.Errorf("%v and %v", one, other)
	}
}

// another is somebody else at the same emulator.
func another(t *testing.T, server *emulator.Server) *Clients {
	t.Helper()
	c := New(Config{Project: "demo", EmulatorHost: server.Addr(), Pause: testPause})
	t.Cleanup(func() { hangUp(c) })
	return c
}
