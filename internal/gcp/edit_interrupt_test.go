package gcp

import (
	"context"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func describing(text string) Edit[*Policy] {
	return Edit[*Policy]{Change: func(p *Policy, _ bool) error {
		p.Description += text
		return nil
	}}
}

// edited makes an edit in the background.
func edited(ctx context.Context, c *Clients, text string) <-chan error {
	ended := make(chan error, 1)
	go func() {
		_, err := c.EditPolicy(ctx, "demo", describing(text))
		ended <- err
	}()
	return ended
}

// sending waits until a write is under way.
func sending(t *testing.T, server *emulator.Server) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); calls(server, "UpdatePolicy") == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing was sent")
		}
	}
}

func expectCut(t *testing.T, err error, want string) {
	t.Helper()
	expectKind(t, err, KindInterrupted)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

// TestAnEditInterruptedBeforeItsWriteIsNotMade: an edit interrupted behind another write is not
// made, and its error says so.
func TestAnEditInterruptedBeforeItsWriteIsNotMade(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{})
	inject(t, server, "UpdatePolicy=delay=500ms")
	first := edited(t.Context(), c, "first")
	sending(t, server)
	ctx, cancel := context.WithCancel(t.Context())
	second := edited(ctx, c, "second")
	time.Sleep(20 * time.Millisecond)
	cancel()
	expectCut(t, <-second, "before the edit was written: the object does not have it")
	if err := <-first; err != nil {
		t.Error(err)
	}
	if _, err := c.EditPolicy(t.Context(), "demo", describing("third")); err != nil { // after all pending edits
		t.Error(err)
	}
	if p, err := c.FreshPolicy(t.Context(), "demo"); err != nil || p.GetDescription() != "firstthird" {
		t.Errorf("the policy has %v, %v", p, err)
	}
}

// TestAnEditInterruptedDuringItsWriteIsAwaited: an edit interrupted during its write is awaited for
// a moment, because its result decides whether it is in the state.
func TestAnEditInterruptedDuringItsWriteIsAwaited(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{})
	given(t, c, "given")
	server.ResetCalls()
	inject(t, server, "UpdatePolicy=delay=100ms")
	ctx, cancel := context.WithCancel(t.Context())
	ended := edited(ctx, c, "edit")
	sending(t, server)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestAnEditInterruptedWithoutAReplyIsFound: the result of an edit without a reply is looked up.
func TestAnEditInterruptedWithoutAReplyIsFound(t *testing.T) {
	t.Parallel()
	for _, first := range []bool{true, false} {
		server, c := emulated(t, emulator.Options{})
		if !first {
			given(t, c, "given")
			server.ResetCalls()
		}
		inject(t, server, "UpdatePolicy=after:hang")
		ctx, cancel := context.WithCancel(t.Context())
		ended := edited(ctx, c, "edit")
		sending(t, server)
		time.Sleep(5 * time.Millisecond) // the work takes less
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("first write %t: %v", first, err)
		}
	}
}

// TestAnEditInterruptedWithoutAnAnswerMayHaveBeenMade: if the result cannot be read, it is unknown,
// and the error says so.
func TestAnEditInterruptedWithoutAnAnswerMayHaveBeenMade(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{}, func(config *Config) { config.RequestTimeout = time.Second })
	given(t, c, "given")
	server.ResetCalls()
	inject(t, server, "UpdatePolicy=after:hang", "GetPolicy=hang,skip=1,count=forever")
	ctx, cancel := context.WithCancel(t.Context())
	ended := edited(ctx, c, "edit")
	sending(t, server)
	cancel()
	begun := time.Now()
	expectCut(t, <-ended, "the object may have it or not")
	if took := time.Since(begun); took > 1500*time.Millisecond {
		t.Errorf("that took %s", took)
	}
}

// given writes a first policy, so later writes have an etag.
func given(t *testing.T, c *Clients, description string) {
	t.Helper()
	if _, err := c.UpdatePolicy(t.Context(), "demo",
		&Policy{Description: description, DefaultAdmissionRule: &binaryauthorizationpb.AdmissionRule{
			EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW,
			EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		}}); err != nil {
		t.Fatal(err)
	}
}
