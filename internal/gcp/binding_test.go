package gcp

import (
	"slices"
	"strings"
	"testing"
)

func ofPolicy(project, policy string) string {
	return "projects/" + project + "/platforms/gke/policies/" + policy
}

var (
	inDemo, inOther = ofPolicy("demo", "baseline"), ofPolicy("other", "baseline")
	in111, in222    = ofPolicy("111", "baseline"), ofPolicy("222", "baseline")
	anotherPolicy   = ofPolicy("111", "another")
)

// TestRemovalsOfOneBatch: an ambiguous removal waits for the others, in any order.
func TestRemovalsOfOneBatch(t *testing.T) {
	t.Parallel()
	removal := func(policy string) *settingEdit {
		return newSettingEdit(t.Context(), SettingChange{
			Unbind: func(now Setting) (Setting, error) { return now.Without(policy) },
			Decide: func(now Setting, _ bool) (Setting, error) { return now, nil },
		})
	}
	now := NewSetting(false, []string{in111, in222})
	for _, batch := range [][]*settingEdit{{removal(inDemo), removal(in222)}, {removal(in222), removal(inDemo)}} {
		if want, refused, err := decideAll(now, batch); err != nil || refused != nil || len(want.Bindings) != 0 {
			t.Errorf("%v, %v", want, err)
		}
	}
	if want, refused, err := decideAll(now, []*settingEdit{removal(inDemo)}); err == nil || refused == nil || !want.Equal(now) {
		t.Errorf("%v, %v", want, err)
	}
}

// TestBoundPolicy: an equal text wins. An id and a number are the same policy only if one binding
// of the cluster can be it.
func TestBoundPolicy(t *testing.T) {
	t.Parallel()
	const several = "several"
	for _, c := range []struct {
		policy string
		live   []string
		want   string
	}{
		{inDemo, nil, ""},
		{inDemo, []string{inDemo}, inDemo},
		{inDemo, []string{in111, anotherPolicy}, in111},
		{in111, []string{inDemo}, inDemo},
		{inDemo, []string{inOther}, ""},
		{in111, []string{in222}, ""},
		{inDemo, []string{in111, in222}, several},
		{in111, []string{in111, in222}, in111},
		{inDemo, []string{in111, inDemo, in222}, inDemo},
		{in111, []string{inDemo, inOther}, several},
		{"x", []string{"y", in111}, ""},
		{"x", []string{"x"}, "x"},
	} {
		now := NewSetting(true, c.live)
		got, err := now.Bound(c.policy)
		left, errWithout := now.Without(c.policy)
		removed := Unbound(now.Bindings, left.Bindings)
		want := []string{c.want}
		switch c.want {
		case several:
			expectKind(t, err, KindInvalid)
			expectKind(t, errWithout, KindInvalid)
			if !strings.Contains(err.Error(), c.live[0]+", "+c.live[1]) {
				t.Errorf("%v does not name %q", err, c.live)
			}
			got, err, want = several, nil, nil
		case "":
			want = nil
		}
		if err != nil || got != c.want || now.Binds(c.policy) != (c.want != "") || !slices.Equal(removed, want) {
			t.Errorf("%s of %q: %q, and %q is removed (%v)", c.policy, c.live, got, removed, err)
		}
	}
}

// TestListsOfBindings: each name counts for one name of the other list.
func TestListsOfBindings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, after, unbound, spelled []string }{
		{nil, nil, nil, nil},
		{[]string{in111}, []string{inDemo}, nil, []string{inDemo}},
		{[]string{inDemo}, []string{in111}, nil, []string{in111}},
		{[]string{in111, in222}, []string{inDemo}, []string{in111, in222}, []string{in111, in222}},
		{[]string{inDemo}, []string{in111, in222}, nil, []string{inDemo}},
		{[]string{in111, in222}, []string{inDemo, inOther}, nil, []string{inDemo, inOther}},
		{[]string{inDemo, inOther}, []string{in222}, []string{inDemo, inOther}, []string{inDemo, inOther}},
		{[]string{inDemo, in111}, []string{in111}, []string{inDemo}, []string{inDemo, in111}},
		{[]string{in111, in222}, []string{in111, inDemo}, nil, []string{in111, inDemo}},
		{[]string{inDemo}, []string{inOther}, []string{inDemo}, []string{inDemo}},
		{[]string{in111, anotherPolicy}, []string{inDemo}, []string{anotherPolicy}, []string{inDemo, anotherPolicy}},
		{[]string{"x", "y"}, []string{"y"}, []string{"x"}, []string{"x", "y"}},
	} {
		if got := Unbound(c.before, c.after); !slices.Equal(got, c.unbound) {
			t.Errorf("%q without %q: %q, want %q", c.before, c.after, got, c.unbound)
		}
		if got := KeepSpelling(c.after, c.before); !slices.Equal(got, c.spelled) {
			t.Errorf("%q as in %q: %q, want %q", c.before, c.after, got, c.spelled)
		}
		same := len(c.before) == len(c.after) && len(c.unbound) == 0
		if SameBindings(c.before, c.after) != same || SameBindings(c.after, c.before) != same {
			t.Errorf("%q and %q are the same or not, depending on their order", c.before, c.after)
		}
	}
}

// TestSameBindingsIsOneToOne: a live binding is not counted for two listed ones.
func TestSameBindingsIsOneToOne(t *testing.T) {
	t.Parallel()
	if SameBindings([]string{inDemo, inOther}, []string{in111, anotherPolicy}) ||
		SameBindings([]string{in111, in222}, []string{inDemo, anotherPolicy}) {
		t.Error("a binding counts twice")
	}
}

// TestPoliciesMoveBetweenOwners: changes of one batch exchange their policies, and the owner of a
// refused change keeps its own.
func TestPoliciesMoveBetweenOwners(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(0))
	if err := server.GKE().SetBinaryAuthorization(prod, ModeBindings, onPolicy(1), onPolicy(2), onPolicy(3), onPolicy(4)); err != nil {
		t.Fatal(err)
	}
	moves := func(from, to int) <-chan error {
		return changing(t.Context(), c, SettingChange{
			Cluster: prodName,
			Unbind:  func(now Setting) (Setting, error) { return now.Without(onPolicy(from)) },
			Decide: func(now Setting, _ bool) (Setting, error) {
				if now.Binds(onPolicy(to)) {
					return now, &Error{Kind: KindExists, Message: "bound"}
				}
				return now.With(onPolicy(to)), nil
			},
		})
	}
	swaps := []<-chan error{moves(1, 2), moves(2, 1)}
	refused := moves(3, 4)
	for _, done := range swaps {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	expectKind(t, <-refused, KindExists)
	expectBindings(t, c, 1, 2, 3, 4)
	expectCalls(t, server, map[string]int{"UpdateCluster": 0})
}
