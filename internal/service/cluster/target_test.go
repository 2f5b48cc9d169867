package cluster

import (
	"slices"
	"strings"
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

// TestTargetLosesNoBinding: without policy_bindings, a change keeps all bindings and switches the
// project policy according to the mode. With policy_bindings, exactly the listed policies are
// bound.
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

// TestAfterDeleteKeepsBindings: without policy_bindings, a destroy switches the project policy
// according to deletion_policy and changes nothing else.
func TestAfterDeleteKeepsBindings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, earlier := anySetting(t, "now"), anySetting(t, "before")
		policy := rapid.SampledFrom([]string{deletionRestore, deletionDisable, deletionAbandon}).Draw(t, "policy")
		after, err := end{policy: policy, saw: now, before: earlier}.after(now)
		uses := map[string]bool{
			deletionRestore: earlier.UsesProjectPolicy(),
			deletionDisable: false,
			deletionAbandon: now.UsesProjectPolicy(),
		}[policy]
		if err != nil || after.UsesProjectPolicy() != uses || !gcp.SameBindings(after.Bindings, now.Bindings) {
			t.Fatalf("%s of %+v, before %+v, leaves %+v", policy, now, earlier, after)
		}
	})
}

// TestAfterDeleteRestoresBindings: with policy_bindings, a destroy restores the earlier bindings,
// removes the listed ones, and keeps all others and those made since the last read.
func TestAfterDeleteRestoresBindings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, saw, earlier := anySetting(t, "now"), anySetting(t, "saw"), anySetting(t, "before")
		policy := rapid.SampledFrom([]string{deletionRestore, deletionDisable}).Draw(t, "policy")
		e := end{policy: policy, lists: true, owned: anySetting(t, "owned").Bindings, saw: saw, before: earlier}
		after, err := e.after(now)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range someNames {
			ours := slices.Contains(e.owned, name) && saw.Binds(name)
			want := now.Binds(name) && !ours || e.policy == deletionRestore && earlier.Binds(name)
			if after.Binds(name) != want {
				t.Fatalf("%+v of %+v leaves %+v", e, now, after)
			}
		}
		if again, err := e.after(after); err != nil || !again.Equal(after) {
			t.Fatalf("%+v of %+v leaves %+v, and then %+v", e, now, after, again)
		}
	})
}

// TestBindingsOfTwoProjects: with two policies of one short name, a list never removes the wrong
// binding.
func TestBindingsOfTwoProjects(t *testing.T) {
	t.Parallel()
	const ours, byNumber, theirs = "projects/demo/platforms/gke/policies/x", "projects/1/platforms/gke/policies/x",
		"projects/2/platforms/gke/policies/x"
	w, now := wish{mode: gcp.ModeBindings, lists: true, bindings: []string{ours}}, gcp.NewSetting(false, []string{byNumber, theirs})
	if err := w.unseen("c", now, w.loses(gcp.NewSetting(false, []string{ours}))); err == nil || !strings.Contains(err.Error(), theirs) {
		t.Errorf("a binding made since the plan is lost: %v", err)
	}
	e := end{policy: deletionDisable, lists: true, owned: []string{ours}, saw: gcp.NewSetting(false, []string{ours})}
	if after, err := e.after(now); err == nil || !strings.Contains(err.Error(), byNumber+", "+theirs) || !after.Equal(now) {
		t.Errorf("the destroy leaves %v: %v", after, err)
	}
	e.owned = []string{byNumber}
	if after, err := e.after(now); err != nil || !slices.Equal(after.Bindings, []string{theirs}) {
		t.Errorf("the destroy leaves %v: %v", after, err)
	}
}
