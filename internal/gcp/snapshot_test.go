package gcp

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// shelf is a server of numbered versions with a count of its requests.
type shelf struct {
	mu       sync.Mutex
	versions map[string]int
	hidden   map[string]bool // left out of lists
	listErr  error
	listTime time.Duration
	gets     atomic.Int32
	lists    atomic.Int32
}

func newShelf(n int) *shelf {
	s := &shelf{versions: map[string]int{}, hidden: map[string]bool{}}
	for i := range n {
		s.versions[item(i)] = 1
	}
	return s
}

func item(i int) string { return fmt.Sprintf("item-%d", i) }

func (s *shelf) get(ctx context.Context, _, name string) (int, error) {
	s.gets.Add(1)
	if ctx.Err() != nil {
		return 0, &Error{Kind: KindInterrupted}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.versions[name]; ok {
		return v, nil
	}
	return 0, &Error{Kind: KindNotFound}
}

func (s *shelf) list(ctx context.Context, _ string) (map[string]int, error) {
	s.lists.Add(1)
	if !sleep(ctx, s.listTime) {
		return nil, &Error{Kind: KindInterrupted}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listErr != nil {
		return nil, s.listErr
	}
	all := map[string]int{}
	for name, v := range s.versions {
		if !s.hidden[name] {
			all[name] = v
		}
	}
	return all, nil
}

func (s *shelf) expect(t *testing.T, gets, lists int32) {
	t.Helper()
	if s.gets.Load() != gets || s.lists.Load() != lists {
		t.Errorf("%d gets and %d lists, want %d and %d", s.gets.Load(), s.lists.Load(), gets, lists)
	}
}

func (s *shelf) reader() *reader[int] { return newReader(s.get, s.list) }

func read(t *testing.T, r *reader[int], name string) int {
	t.Helper()
	v, err := r.Read(t.Context(), "p", name)
	if err != nil {
		t.Error(name, err)
	}
	return v
}

func TestTheFirstReadIsAGetAndTheSecondObjectMakesOneList(t *testing.T) {
	t.Parallel()
	s := newShelf(100)
	r := s.reader()
	read(t, r, item(0))
	s.expect(t, 1, 0)
	read(t, r, item(0))
	s.expect(t, 2, 0)
	for i := range 100 {
		read(t, r, item(i))
	}
	s.expect(t, 3, 1) // item 0 is asked for once more before another one is
	read(t, r, item(0))
	s.expect(t, 3, 1)
}

func TestParentsAreApart(t *testing.T) {
	t.Parallel()
	s := newShelf(2)
	r := s.reader()
	for _, parent := range []string{"p", "q"} {
		if _, err := r.Read(t.Context(), parent, item(0)); err != nil {
			t.Error(err)
		}
	}
	s.expect(t, 2, 0)
}

func TestReadsAtOnceShareOneList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(100)
		s.listTime = time.Second
		r := s.reader()
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() { read(t, r, item(i)) })
		}
		all.Wait()
		s.expect(t, 1, 1)
	})
}

func TestAForbiddenListIsAskedForOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(100)
		s.listErr, s.listTime = &Error{Kind: KindDenied}, time.Second
		r := s.reader()
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() { read(t, r, item(i)) })
		}
		all.Wait()
		time.Sleep(2 * snapshotAge)
		for i := range 100 {
			read(t, r, item(i))
		}
		s.expect(t, 200, 1)
	})
}

func TestAListThatFailsLeavesItToGets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(10)
		s.listErr = &Error{Kind: KindTimeout}
		r := s.reader()
		for i := range 10 {
			read(t, r, item(i))
		}
		s.expect(t, 10, 1)
		s.listErr = nil
		time.Sleep(snapshotAge)
		for i := range 10 {
			read(t, r, item(9-i))
		}
		s.expect(t, 10, 2)
	})
}

func TestWhatAListLacksIsAskedForByName(t *testing.T) {
	t.Parallel()
	s := newShelf(3)
	s.hidden[item(2)] = true
	r := s.reader()
	for i := range 3 {
		if read(t, r, item(i)) != 1 {
			t.Errorf("%s was dropped", item(i))
		}
	}
	if _, err := r.Read(t.Context(), "p", "gone"); !IsKind(err, KindNotFound) {
		t.Error(err)
	}
	s.expect(t, 3, 1)
}

func TestAListAnswersForAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(2)
		r := s.reader()
		read(t, r, item(0))
		read(t, r, item(1))
		s.versions[item(1)] = 2 // by somebody else
		time.Sleep(snapshotAge - time.Nanosecond)
		if read(t, r, item(1)) != 1 {
			t.Error("the list was dropped early")
		}
		time.Sleep(time.Nanosecond)
		if read(t, r, item(1)) != 2 {
			t.Error("the list was kept too long")
		}
		s.expect(t, 1, 2)
	})
}

func TestAReadThatWaitsForAListCanBeInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(3)
		s.listTime = time.Minute
		r := s.reader()
		read(t, r, item(0))
		var lister sync.WaitGroup
		lister.Go(func() { read(t, r, item(1)) })
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		begun := time.Now()
		_, err := r.Read(ctx, "p", item(2))
		expectKind(t, err, KindInterrupted)
		if took := time.Since(begun); took != time.Second {
			t.Errorf("ended after %s", took)
		}
		lister.Wait()
	})
}

func TestAnInterruptedListDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(3)
		s.listTime = time.Minute
		r := s.reader()
		read(t, r, item(0))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		var all sync.WaitGroup
		all.Go(func() {
			_, err := r.Read(ctx, "p", item(1))
			expectKind(t, err, KindInterrupted)
		})
		synctest.Wait()
		all.Go(func() { read(t, r, item(2)) })
		all.Wait()
	})
}

// TestOwnWritesAreNeverAnsweredFromBefore mixes reads with our own and other writes. A read after
// our write shows at least this write, regardless of lists in between.
func TestOwnWritesAreNeverAnsweredFromBefore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const objects, steps = 6, 1000
		s := newShelf(objects)
		r := s.reader()
		written := map[string]int{}
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 4*objects-1), steps, steps).Draw(t, "steps") {
			name := item(step % objects)
			switch step / objects {
			case 0:
				s.versions[name]++
				written[name] = s.versions[name]
				r.Wrote(name)
			case 1:
				s.versions[name]++
			default:
				if got, err := r.Read(context.Background(), "p", name); err != nil || got < written[name] {
					t.Fatalf("%s is read as %d, %v after our write of %d", name, got, err, written[name])
				}
			}
		}
	})
}

func TestWhatWeWroteNeedsNoList(t *testing.T) {
	t.Parallel()
	s := newShelf(3)
	r := s.reader()
	read(t, r, item(0))
	r.Wrote(item(1))
	read(t, r, item(1))
	s.expect(t, 2, 0)
}

func TestAWriteDuringAListIsNotAnsweredFromIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(3)
		r := s.reader()
		stale, release := make(chan struct{}), make(chan struct{})
		r.list = func(ctx context.Context, parent string) (map[string]int, error) {
			all, err := s.list(ctx, parent)
			close(stale)
			<-release
			return all, err
		}
		read(t, r, item(0))
		var all sync.WaitGroup
		all.Go(func() {
			if read(t, r, item(1)) != 2 {
				t.Error("a list from before our write answered")
			}
		})
		<-stale
		s.versions[item(1)] = 2
		r.Wrote(item(1))
		close(release)
		all.Wait()
	})
}
