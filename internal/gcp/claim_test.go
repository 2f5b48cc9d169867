package gcp

import "testing"

const someone = "projects/p/policy"

func TestWhoHasAnObject(t *testing.T) {
	t.Parallel()
	const a, b = "a's wish", "b's wish"
	for name, c := range map[string]struct {
		claims         Claims
		renamed, clash bool
	}{
		"one":                                   {Claims{{Stage: Refreshed}, {Stage: Keeping, Wish: a}}, false, false},
		"one that is replaced":                  {Claims{{Stage: Refreshed}, {Stage: Keeping, Wish: a}, {Stage: Coming, Wish: a}}, false, false},
		"one that is tainted":                   {Claims{{Stage: Refreshed}, {Stage: Coming, Wish: a}}, false, false},
		"one that goes":                         {Claims{{Stage: Refreshed}, {Stage: Leaving}}, false, false},
		"renamed":                               {Claims{{Stage: Refreshed}, {Stage: Leaving}, {Stage: Coming, Wish: b}}, true, false},
		"renamed, without a refresh":            {Claims{{Stage: Coming, Wish: b}, {Stage: Leaving}}, true, false},
		"a double that goes":                    {Claims{{Stage: Refreshed}, {Stage: Refreshed}, {Stage: Keeping, Wish: a}, {Stage: Leaving}}, false, true},
		"tainted, and an old one that goes":     {Claims{{Stage: Refreshed}, {Stage: Leaving}, {Stage: Refreshed}, {Stage: Coming, Wish: a}}, false, false},
		"two that go, and one that comes":       {Claims{{Stage: Refreshed}, {Stage: Refreshed}, {Stage: Leaving}, {Stage: Coming, Wish: b}, {Stage: Leaving}}, true, true},
		"created before the old one goes":       {Claims{{Stage: Coming, Wish: a}, {Stage: Made}, {Stage: Leaving}}, false, false},
		"two new ones":                          {Claims{{Stage: Coming, Wish: a}, {Stage: Coming, Wish: a}}, false, true},
		"two that are there":                    {Claims{{Stage: Keeping, Wish: a}, {Stage: Keeping, Wish: a}}, false, true},
		"one that is there, and another":        {Claims{{Stage: Keeping, Wish: a}, {Stage: Coming, Wish: b}}, false, true},
		"one that is there, and one that comes": {Claims{{Stage: Coming, Wish: b}, {Stage: Keeping, Wish: a}}, false, true},
	} {
		if got := c.claims.Renamed(); got != c.renamed {
			t.Errorf("%s: renamed %t", name, got)
		}
		if got := c.claims.Clash(); got != c.clash {
			t.Errorf("%s: clash %t", name, got)
		}
	}
}

func TestClaimsAreOfOneRunAndOneObject(t *testing.T) {
	t.Parallel()
	c := New(Config{})
	if before := c.Claim(someone, Claim{Stage: Refreshed, By: "old"}); len(before) > 0 {
		t.Error(before)
	}
	if before := c.Claim(someone, Claim{Stage: Made}); !before.Has(Refreshed) || before.Has(Made) {
		t.Error(before)
	}
	if c.Claims("another").Has(Made) || New(Config{}).Claims(someone).Has(Made) {
		t.Error("claimed by nobody")
	}
	if c.Claims(someone).Old() != "old" || c.Claims("another").Old() != nil {
		t.Error("what is in the state")
	}
	if !c.LetGo(someone) || c.LetGo(someone) || !c.Claims(someone).Has(Refreshed) {
		t.Error("what was made is let go once, and nothing else")
	}
}
