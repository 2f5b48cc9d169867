package fault

import "testing"

func take(t *testing.T, s *Set, method string) Kind {
	t.Helper()
	f, _ := s.Take(method)
	return f.Kind
}

func TestSetTakesInOrder(t *testing.T) {
	t.Parallel()
	var s Set
	for _, text := range []string{"Get=unavailable,skip=1", "svc/Get=reset,count=2", "*=internal,count=forever"} {
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []Kind{Reset, "unavailable", Reset, "internal", "internal"} {
		if got := take(t, &s, "svc/Get"); got != want {
			t.Errorf("call %d is struck by %q, want %q", i, got, want)
		}
	}
}

func TestSetMatchesWholeNames(t *testing.T) {
	t.Parallel()
	var s Set
	if err := s.Add(Fault{Method: "Get", Kind: Reset}); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"svc/GetIt", "svc/ForGet", "svc.Get/List"} {
		if got := take(t, &s, other); got != "" {
			t.Errorf("%s is struck by %q", other, got)
		}
	}
	if got := take(t, &s, "svc/Get"); got != Reset {
		t.Errorf("svc/Get is struck by %q", got)
	}
	if got := take(t, &s, "svc/Get"); got != "" {
		t.Errorf("the second svc/Get is struck by %q", got)
	}
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	var s Set
	for _, f := range []Fault{{}, {Method: "Get"}, {Method: "Get", Kind: "odd"}, {Method: "Get", Kind: Reset, Count: -2}} {
		if s.Add(f) == nil {
			t.Errorf("%+v is taken", f)
		}
	}
}
