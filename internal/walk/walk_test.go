package walk

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
)

var one, other = Object{ID: "o", Instance: "1"}, Object{ID: "o", Instance: "2"}

// TestConflicts: two resources with one object are a conflict in either order. One resource seen in
// several walks is none.
func TestConflicts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		steps []func(*Walk) Conflict
		want  Conflict
	}{
		"kept twice":            {[]func(*Walk) Conflict{keep(one), keep(other)}, OwnedTwice},
		"kept and destroyed":    {[]func(*Walk) Conflict{keep(one), leave(other)}, Torn},
		"destroyed and kept":    {[]func(*Walk) Conflict{leave(one), keep(other)}, Torn},
		"destroyed and made":    {[]func(*Walk) Conflict{leave(one), come}, Renamed},
		"made and destroyed":    {[]func(*Walk) Conflict{come, leave(one)}, Renamed},
		"replaced":              {[]func(*Walk) Conflict{keep(one), come}, Recreated},
		"made by a second":      {[]func(*Walk) Conflict{come, keep(one)}, Recreated},
		"planned again":         {[]func(*Walk) Conflict{keep(one), keep(one)}, NoConflict},
		"destroyed afterwards":  {[]func(*Walk) Conflict{keep(one), leave(one)}, NoConflict},
		"made in another walk":  {[]func(*Walk) Conflict{leave(one), planned(one), leave(one), planned(one), come}, NoConflict},
		"made, then its end":    {[]func(*Walk) Conflict{come, made(other), leave(one)}, NoConflict},
		"destroyed, then again": {[]func(*Walk) Conflict{leave(one), wrote(one), come}, NoConflict},
		"planned, then read":    {[]func(*Walk) Conflict{leave(one), read(one), come}, Renamed},
		"read in another walk":  {[]func(*Walk) Conflict{come, wrote(Object{ID: "x"}), read(one), leave(one)}, NoConflict},
	} {
		w, got := New(), NoConflict
		for _, step := range c.steps {
			got = step(w)
		}
		if got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func keep(o Object) func(*Walk) Conflict  { return func(w *Walk) Conflict { return w.Keep(o) } }
func leave(o Object) func(*Walk) Conflict { return func(w *Walk) Conflict { return w.Leave(o) } }
func come(w *Walk) Conflict               { return w.Come("o") }
func planned(o Object) func(*Walk) Conflict {
	return func(w *Walk) Conflict { w.Plan(o); w.Plan(o); return NoConflict }
}

func read(o Object) func(*Walk) Conflict {
	return func(w *Walk) Conflict { w.Read(o); return NoConflict }
}

func made(o Object) func(*Walk) Conflict {
	return func(w *Walk) Conflict { w.Made(o); return NoConflict }
}

func wrote(o Object) func(*Walk) Conflict {
	return func(w *Walk) Conflict { w.Wrote(o); return NoConflict }
}

// TestAnotherWalkForgets: the plans of an earlier walk are forgotten if an object of the state is
// read or planned again, or read after a write.
func TestAnotherWalkForgets(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]func(*Walk){
		"planned again":      func(w *Walk) { w.Plan(one) },
		"made again":         func(w *Walk) { w.PlanCreate("new") },
		"read again":         func(w *Walk) { w.Read(one) },
		"read after a write": func(w *Walk) { w.Wrote(Object{ID: "x"}); w.Read(other) },
	} {
		w := New()
		w.Read(one)
		w.Plan(one)
		w.Keep(one)
		w.PlanCreate("new")
		w.Come("new")
		w.PlanAttestor("a", Attestor{Leaves: true})
		w.AttestationLeaves("x")
		w.PlanPart("p", judge.Part{ID: "part"})
		w.PlanWhole("q", Whole{ID: "whole"})
		again(w)
		_, planned := w.Attestor("a")
		if _, whole := w.Whole("q"); planned || whole || len(w.LeavingAttestations()) > 0 || len(w.Parts("p")) > 0 {
			t.Errorf("%s: something is left", name)
		}
	}
}

// TestAWriteEndsAPlan: the plan for an object ends with its write.
func TestAWriteEndsAPlan(t *testing.T) {
	t.Parallel()
	w := New()
	w.PlanAttestor("o", Attestor{Leaves: true})
	w.PlanPart("p", judge.Part{ID: "o"})
	w.Wrote(one)
	if _, planned := w.Attestor("o"); planned || len(w.Parts("p")) > 0 {
		t.Error("something is left")
	}
}

// TestTakenOver: an object created by one resource is not deleted by another.
func TestTakenOver(t *testing.T) {
	t.Parallel()
	w := New()
	if w.TakenOver(one) {
		t.Error("nobody has made it")
	}
	w.Made(other)
	if !w.TakenOver(one) || w.TakenOver(other) {
		t.Error("it is the other's")
	}
	w.Wrote(other)
	if w.TakenOver(one) {
		t.Error("it is gone")
	}
}

// TestParts: a planned create replaces a planned destroy of the same part, not vice versa.
func TestParts(t *testing.T) {
	t.Parallel()
	w := New()
	for _, part := range []judge.Part{{ID: "b"}, {ID: "a"}, {ID: "a", Leaves: true}, {ID: "c", Leaves: true}, {ID: "c"}} {
		if w.PlanPart("p", part) != NoConflict {
			t.Error("nobody owns the whole")
		}
	}
	got := ""
	for _, part := range w.Parts("p") {
		if got += part.ID; part.Leaves {
			t.Error(part.ID, "leaves")
		}
	}
	if got != "abc" || len(w.Parts("q")) > 0 {
		t.Error(got)
	}
}

// TestWholeAndParts: a whole policy and a part of it are a conflict in either order, unless both
// are destroyed. The worst conflict of several parts counts.
func TestWholeAndParts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		whole Whole
		part  judge.Part
		want  Conflict
	}{
		"both stay":     {Whole{ID: "w"}, judge.Part{ID: "a"}, OwnedTwice},
		"the part goes": {Whole{ID: "w"}, judge.Part{ID: "a", Leaves: true}, Torn},
		"it all goes":   {Whole{ID: "w", Leaves: true}, judge.Part{ID: "a", Leaves: true}, NoConflict},
		"only parts":    {Whole{ID: "w", Leaves: true}, judge.Part{ID: "a"}, Torn},
	} {
		before, after := New(), New()
		before.PlanWhole("p", c.whole)
		after.PlanPart("p", c.part)
		if got := before.PlanPart("p", c.part); got != c.want {
			t.Errorf("%s, the part last: %d, want %d", name, got, c.want)
		}
		if got := after.PlanWhole("p", c.whole); got != c.want {
			t.Errorf("%s, the whole last: %d, want %d", name, got, c.want)
		}
		if got := after.PlanWhole("q", c.whole); got != NoConflict {
			t.Errorf("%s, in another project: %d", name, got)
		}
	}
	w := New()
	for _, id := range []string{"a", "b", "c"} {
		w.PlanPart("p", judge.Part{ID: id, Leaves: id == "b"})
	}
	if got := w.PlanWhole("p", Whole{ID: "w"}); got != Torn {
		t.Errorf("one of three parts goes: %d", got)
	}
}
