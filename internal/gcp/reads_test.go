package gcp

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// attestors puts n attestors in place, each minute as many as the quota allows if the server's
// clock can be moved on.
func attestors(t *testing.T, c *Clients, n int, minute func()) (names []resname.Attestor) {
	t.Helper()
	for i := range n {
		if i%10 == 0 {
			minute()
		}
		name := resname.Attestor{Project: "demo", ID: fmt.Sprintf("a%d", i)}
		want := anAttestor(name.ID)
		want.Name = name.String()
		if _, err := c.CreateAttestor(t.Context(), name, want); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// all does something for every name at once.
func all[N any](names []N, do func(N)) {
	var done sync.WaitGroup
	for _, name := range names {
		done.Go(func() { do(name) })
	}
	done.Wait()
}

func readAttestors(t *testing.T, server *emulator.Server, names []resname.Attestor) {
	t.Helper()
	c := New(Config{EmulatorHost: server.Addr(), Pause: testPause})
	t.Cleanup(func() { hangUp(c) })
	all(names, func(name resname.Attestor) {
		if got, err := c.Attestor(t.Context(), name); err != nil || got.GetName() != name.String() || got.GetDescription() != name.ID {
			t.Error(name, got, err)
		}
	})
}

func TestAProjectFullOfAttestorsIsReadWithThreeCalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults      []string
		gets, lists int
	}{
		"as it should be":      {gets: 1, lists: 2},
		"a list that breaks":   {faults: []string{"ListAttestors=unavailable,skip=1"}, gets: 1, lists: 3},
		"a forbidden list":     {faults: []string{"ListAttestors=permission_denied,count=forever"}, gets: 200, lists: 1},
		"a list that is broke": {faults: []string{"ListAttestors=invalid_argument,count=forever"}, gets: 200, lists: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, writer := emulated(t, emulator.Options{})
			names := attestors(t, writer, 200, func() {})
			server.ResetCalls()
			inject(t, server, c.faults...)
			readAttestors(t, server, names)
			expectCalls(t, server, map[string]int{"GetAttestor": c.gets, "ListAttestors": c.lists})
		})
	}
}

func TestAProjectFullOfAttestorsIsReadWithinTheQuotas(t *testing.T) {
	t.Parallel()
	server, writer := emulated(t, emulator.Options{Quota: true})
	var minutes atomic.Int64
	server.World().Clock = func() time.Time { return time.Now().Add(time.Duration(minutes.Load()) * time.Minute) }
	minute := func() { minutes.Add(1) }
	names := attestors(t, writer, 200, minute)
	minute()
	server.ResetCalls()
	readAttestors(t, server, names)
	if server.Throttled() != 0 {
		t.Errorf("%d calls were throttled", server.Throttled())
	}
	expectCalls(t, server, map[string]int{"GetAttestor": 1, "ListAttestors": 2})
}

func TestNotesAreReadFromAList(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, emulator.Options{})
	var names []resname.Note
	for i := range 20 {
		name := resname.Note{Project: "demo", ID: fmt.Sprintf("n%d", i)}
		if _, err := c.CreateNote(t.Context(), name, aNote(name.ID)); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	reader := New(Config{EmulatorHost: server.Addr()})
	t.Cleanup(func() { hangUp(reader) })
	server.ResetCalls()
	all(names, func(name resname.Note) {
		if got, err := reader.Note(t.Context(), name); err != nil || got.GetShortDescription() != name.ID {
			t.Error(name, got, err)
		}
	})
	expectCalls(t, server, map[string]int{"GetNote": 1, "ListNotes": 1})
}

func TestClustersAreReadFromAList(t *testing.T) {
	t.Parallel()
	const clusters = 100
	for name, c := range map[string]struct {
		missing     []string
		faults      []string
		ignoreMasks bool
		gets        func(int) bool
	}{
		"as it should be":     {gets: func(n int) bool { return n == 1 }},
		"without field masks": {ignoreMasks: true, gets: func(n int) bool { return n == 1 }},
		// The objects in the unreachable region are read by name; the first get may be one of them.
		"a partial list": {missing: []string{"us-west1"}, gets: func(n int) bool { return n == clusters/2 || n == clusters/2+1 }},
		"a forbidden list": {
			faults: []string{"ListClusters=permission_denied,count=forever"},
			gets:   func(n int) bool { return n == clusters },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names, options := fleet(clusters)
			options.IgnoreFieldMasks = c.ignoreMasks
			server, clients := emulated(t, options)
			if err := server.GKE().SetBinaryAuthorization(names[7].String(), ModeBindings, aBinding); err != nil {
				t.Fatal(err)
			}
			server.GKE().SetMissingZones("demo", c.missing...)
			inject(t, server, c.faults...)
			all(names, func(name resname.Cluster) {
				want := oneOf(name == names[7], ModeBindings, ModeDisabled)
				got, err := clients.Cluster(t.Context(), name)
				if err != nil || got.Name != name || got.Status != "RUNNING" || got.Etag == "" || got.Setting.Mode != want {
					t.Error(name, got, err)
				}
			})
			if n := calls(server, "GetCluster"); !c.gets(n) || calls(server, "ListClusters") != 1 {
				t.Errorf("%d gets and %d lists", n, calls(server, "ListClusters"))
			}
		})
	}
}

func oneOf(yes bool, one, other string) string {
	if yes {
		return one
	}
	return other
}

func TestAClusterThatIsGoneIsNotFoundEvenWhereAListWasPartial(t *testing.T) {
	t.Parallel()
	names, options := fleet(6)
	server, c := emulated(t, options)
	if err := server.GKE().DeleteCluster(names[3].String()); err != nil {
		t.Fatal(err)
	}
	server.GKE().SetMissingZones("demo", "us-west1")
	all(names, func(name resname.Cluster) {
		_, err := c.Cluster(t.Context(), name)
		if name == names[3] {
			expectKind(t, err, KindNotFound)
		} else if err != nil {
			t.Error(name, err)
		}
	})
	if _, zones, err := c.Clusters(t.Context(), "demo"); err != nil || len(zones) != 1 || zones[0] != "us-west1" {
		t.Error(zones, err)
	}
}
