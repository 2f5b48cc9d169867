package gcp

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// planning notes an edit after a while.
func planning(c *Clients, project, part string, after time.Duration) {
	time.AfterFunc(after, func() { c.PlanEdit(project, PlannedEdit{Part: part}) })
}

// wants is content once a part is planned; its verdict is the part.
func wants(c *Clients, part string) Judge[string] {
	return func(context.Context) (string, bool) {
		for _, edit := range c.PlannedEdits("demo") {
			if edit.Part == part {
				return part, true
			}
		}
		return part, false
	}
}

// A judgement stands once nothing has been under way for a while, and not before.
func TestAJudgementWaitsUntilNothingComes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		begins func(c *Clients, cancel func())
		takes  time.Duration
	}{
		"nothing comes":       {func(*Clients, func()) {}, settleTime},
		"it comes":            {func(c *Clients, _ func()) { planning(c, "demo", "it", time.Second) }, time.Second},
		"something comes":     {func(c *Clients, _ func()) { planning(c, "demo", "other", time.Second) }, time.Second + settleTime},
		"for another project": {func(c *Clients, _ func()) { planning(c, "other", "it", time.Second) }, settleTime},
		"a slow call": {func(c *Clients, _ func()) {
			time.AfterFunc(30*time.Second, c.policyEdits.of("demo").work())
		}, 30*time.Second + settleTime},
		"it comes after a slow call": {func(c *Clients, _ func()) {
			time.AfterFunc(30*time.Second, c.policyEdits.of("demo").work())
			planning(c, "demo", "it", 31*time.Second)
		}, 31 * time.Second},
		"another judgement takes time": {func(c *Clients, _ func()) {
			go Settle(context.Background(), c, "demo", func(context.Context) (bool, bool) {
				time.Sleep(5 * time.Second)
				return true, true
			})
		}, 5*time.Second + settleTime},
		"interrupted": {func(_ *Clients, cancel func()) { time.AfterFunc(time.Second, cancel) }, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				clients, begun := New(Config{}), time.Now()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				c.begins(clients, cancel)
				synctest.Wait()
				if Settle(ctx, clients, "demo", wants(clients, "it")); time.Since(begun) != c.takes {
					t.Errorf("it took %s, want %s", time.Since(begun), c.takes)
				}
			})
		})
	}
}

// settled lets n judgements wait, each for a part of its own, and returns what is told in the end and how many did not wait for it.
func settled(t *testing.T, c *Clients, n int) (told map[string]int, left int) {
	t.Helper()
	var group sync.WaitGroup
	var mu sync.Mutex
	told = map[string]int{}
	begun := time.Now()
	for i := range n {
		group.Go(func() {
			judge := wants(c, strconv.Itoa(i))
			own, others, place := Settle(t.Context(), c, "demo", judge)
			mu.Lock()
			defer mu.Unlock()
			for _, other := range others {
				told[other]++
			}
			if _, content := judge(t.Context()); place <= WaitingPlaces && !content {
				told[own]++
			}
			if place > WaitingPlaces {
				if left++; time.Since(begun) > 0 {
					t.Errorf("%s waited for %s without a place", own, time.Since(begun))
				}
			}
		})
	}
	group.Wait()
	return told, left
}

// In an apply the others tell nothing: the edit of the one that was left is judged itself.
func TestAnApplyLeavesNoJudgementToOthers(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]time.Duration{"before": 0, "meanwhile": time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := New(Config{})
				time.AfterFunc(after, func() { c.policyEdits.of("demo").add(new(pendingEdit)) })
				time.Sleep(after / 2)
				synctest.Wait()
				if told, left := settled(t, c, 9); len(told) != WaitingPlaces || left != 9-WaitingPlaces {
					t.Errorf("%d did not wait, and %v is told", left, told)
				}
			})
		})
	}
}

// However many judgements there are, they do not take all places at which Terraform works, and each that is wrong in the end is told once.
func TestJudgementsWithoutAPlaceAreLeftToOthers(t *testing.T) {
	t.Parallel()
	const n = 30
	for name, never := range map[string]map[string]bool{"all come": {}, "two never come": {"7": true, "23": true}, "none comes": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := New(Config{})
				for i := range n {
					if part := strconv.Itoa(i); never != nil && !never[part] {
						planning(c, "demo", part, time.Duration(i+1)*settleTime/3)
					}
				}
				told, left := settled(t, c, n)
				if left != n-WaitingPlaces {
					t.Errorf("%d did not wait", left)
				}
				for i := range n {
					part, want := strconv.Itoa(i), 0
					if never == nil || never[part] {
						want = 1
					}
					if told[part] != want {
						t.Errorf("%s is told %d times, want %d", part, told[part], want)
					}
				}
			})
		})
	}
}
