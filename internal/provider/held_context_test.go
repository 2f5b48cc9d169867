package provider

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"
)

type key struct{}

// load is a large value in a context, to measure the memory kept alive by it.
type load [1 << 16]byte

func TestAHeldContextIsItsParentUntilItLetsGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "value"), time.Hour)
		defer cancel()
		held, release := hold(parent)
		want, _ := parent.Deadline()
		if deadline, ok := held.Deadline(); !ok || !deadline.Equal(want) || held.Value(key{}) != "value" || held.Err() != nil {
			t.Error("it differs from its parent")
		}
		select {
		case <-held.Done():
			t.Error("it is done")
		default:
		}
		release()
		<-held.Done()
		if _, ok := held.Deadline(); ok || held.Value(key{}) != nil || !errors.Is(held.Err(), context.Canceled) {
			t.Error("it did not let go")
		}
		release()
	})
}

func TestAHeldContextEndsWithItsParent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		want error
	}{
		"cancelled": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Minute, cancel)
			return ctx, cancel
		}, context.Canceled},
		"out of time": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Minute)
		}, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				parent, cancel := c.end(context.WithValue(t.Context(), key{}, "value"))
				defer cancel()
				held, release := hold(parent)
				child, cancelChild := context.WithCancel(held)
				defer cancelChild()
				<-child.Done()
				synctest.Wait()
				if time.Since(begun) != time.Minute || !errors.Is(held.Err(), c.want) || !errors.Is(child.Err(), c.want) {
					t.Errorf("after %s: %v, child %v", time.Since(begun), held.Err(), child.Err())
				}
				if held.Value(key{}) != "value" {
					t.Error("the request is not answered yet, but its values are gone")
				}
				release()
				if held.Value(key{}) != nil || !errors.Is(held.Err(), c.want) {
					t.Error("it did not let go")
				}
			})
		})
	}
}

func TestAReleasedContextKeepsNothingOfItsParent(t *testing.T) {
	t.Parallel()
	held, dragged := heldWithLoad()
	expectCollected(t, dragged)
	runtime.KeepAlive(held)
}

func heldWithLoad() (context.Context, weak.Pointer[load]) {
	dragged := &load{}
	held, release := hold(context.WithValue(context.Background(), key{}, dragged))
	release()
	return held, weak.Make(dragged)
}

func expectCollected(t *testing.T, dragged weak.Pointer[load]) {
	t.Helper()
	for range 10 {
		runtime.GC()
		if dragged.Value() == nil {
			return
		}
	}
	t.Error("it is still held")
}
