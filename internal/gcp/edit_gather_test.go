package gcp

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestEditsAreGatheredWhileTheyCome: edits in quick succession become one write, even if they take
// longer than usual; an endless trickle is cut off.
func TestEditsAreGatheredWhileTheyCome(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edits int
		every time.Duration
		want  int
	}{
		"at once":       {10, 0, 10},
		"slowly":        {8, 39 * time.Millisecond, 8},
		"too far apart": {2, time.Second, 1},
		"without end":   {100, 39 * time.Millisecond, 16},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				e := new(queue[int])
				for i := range c.edits {
					time.AfterFunc(time.Duration(i)*c.every, func() { e.add("demo", i) })
				}
				synctest.Wait()
				e.gather("demo")
				if got := e.take("demo"); len(got) != c.want {
					t.Errorf("%d edits were gathered, want %d", len(got), c.want)
				}
			})
		})
	}
}
