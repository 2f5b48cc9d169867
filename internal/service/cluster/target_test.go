package cluster

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

func anySetting(t *rapid.T, label string) gcp.Setting {
	mode := rapid.SampledFrom([]string{gcp.ModeDisabled, gcp.ModeProjectPolicy, gcp.ModeBindings, gcp.ModeBindingsAndProjectPolicy}).Draw(t, label)
	s := gcp.Setting{Mode: mode}
	if s.UsesBindings() {
		s.Bindings = rapid.SliceOfN(rapid.Just("projects/1/platforms/gke/policies/x"), 1, 3).Draw(t, label+" bindings")
	}
	return s
}

// No change that is accepted loses a binding, and what it writes is the mode that was asked for.
func TestTargetLosesNoBinding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, mode := anySetting(t, "now"), anySetting(t, "wanted").Mode
		want, err := target(now, mode)
		if err != nil {
			return
		}
		if want.Mode != mode || len(want.Bindings) != len(now.Bindings) {
			t.Fatalf("%+v to %s writes %+v", now, mode, want)
		}
	})
}

// A destroy switches the project's policy as told and touches nothing else.
func TestAfterDeleteKeepsBindings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, earlier := anySetting(t, "now"), anySetting(t, "before")
		policy := rapid.SampledFrom([]string{deletionRestore, deletionDisable, deletionAbandon}).Draw(t, "policy")
		after := afterDelete(now, earlier, policy)
		uses := map[string]bool{deletionRestore: earlier.UsesProjectPolicy(), deletionDisable: false, deletionAbandon: now.UsesProjectPolicy()}[policy]
		if after.UsesProjectPolicy() != uses || after.UsesBindings() != now.UsesBindings() || len(after.Bindings) != len(now.Bindings) {
			t.Fatalf("%s of %+v, before %+v, leaves %+v", policy, now, earlier, after)
		}
	})
}
