package cluster

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

var someNames = []string{
	"projects/1/platforms/gke/policies/x", "projects/1/platforms/gke/policies/y", "projects/1/platforms/gke/policies/z",
}

func anySetting(t *rapid.T, label string) gcp.Setting {
	project := rapid.Bool().Draw(t, label+" project")
	return gcp.NewSetting(project, rapid.SliceOfNDistinct(rapid.SampledFrom(someNames), 0, 3, rapid.ID[string]).Draw(t, label+" bindings"))
}

// A change that lists no bindings loses none, and switches the project's policy as the mode says. One that lists some has these and no
// others.
func TestTargetLosesNoBinding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, asked := anySetting(t, "now"), anySetting(t, "wanted")
		w := wish{mode: asked.Mode, lists: rapid.Bool().Draw(t, "lists"), bindings: asked.Bindings}
		want := w.target(now)
		right := gcp.NewSetting(asked.UsesProjectPolicy(), now.Bindings)
		if w.lists {
			right = asked
		}
		if !want.Equal(right) {
			t.Fatalf("%+v of %+v writes %+v", w, now, want)
		}
		if again := w.target(want); !again.Equal(want) {
			t.Fatalf("%+v of %+v writes %+v, and then %+v", w, now, want, again)
		}
	})
}

// A destroy of a resource without policy_bindings switches the project's policy as told and touches nothing else.
func TestAfterDeleteKeepsBindings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, earlier := anySetting(t, "now"), anySetting(t, "before")
		policy := rapid.SampledFrom([]string{deletionRestore, deletionDisable, deletionAbandon}).Draw(t, "policy")
		after := end{policy: policy, saw: now, before: earlier}.after(now)
		uses := map[string]bool{deletionRestore: earlier.UsesProjectPolicy(), deletionDisable: false, deletionAbandon: now.UsesProjectPolicy()}[policy]
		if after.UsesProjectPolicy() != uses || !gcp.SameBindings(after.Bindings, now.Bindings) {
			t.Fatalf("%s of %+v, before %+v, leaves %+v", policy, now, earlier, after)
		}
	})
}

// One with policy_bindings goes back to what was there before, and keeps what it has never seen.
func TestAfterDeleteRestoresBindings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, saw, earlier := anySetting(t, "now"), anySetting(t, "saw"), anySetting(t, "before")
		policy := rapid.SampledFrom([]string{deletionRestore, deletionDisable}).Draw(t, "policy")
		e := end{policy: policy, lists: true, saw: saw, before: earlier}
		after := e.after(now)
		came := gcp.Unbound(now.Bindings, saw.Bindings)
		for _, name := range someNames {
			want := slices.Contains(came, name) || e.policy == deletionRestore && earlier.Binds(name)
			if after.Binds(name) != want {
				t.Fatalf("%+v of %+v leaves %+v", e, now, after)
			}
		}
		if again := e.after(after); !again.Equal(after) {
			t.Fatalf("%+v of %+v leaves %+v, and then %+v", e, now, after, again)
		}
	})
}
