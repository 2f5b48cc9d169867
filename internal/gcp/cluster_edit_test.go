package gcp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func onPolicy(i int) string { return fmt.Sprintf("projects/demo/platforms/gke/policies/p%02d", i) }

// binding is a change to add a binding.
func binding(i int) SettingChange {
	return SettingChange{Cluster: prodName, Decide: func(now Setting, _ bool) (Setting, error) { return now.With(onPolicy(i)), nil }}
}

// changing starts a change and returns the channel of its error.
func changing(ctx context.Context, c *Clients, change SettingChange) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := c.ChangeSetting(ctx, change)
		done <- err
	}()
	return done
}

// expectBindings fails unless the cluster has these policies.
func expectBindings(t *testing.T, c *Clients, want ...int) {
	t.Helper()
	now, err := c.FreshCluster(t.Context(), prodName)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, i := range want {
		names = append(names, onPolicy(i))
	}
	if !SameBindings(now.Setting.Bindings, names) {
		t.Errorf("the cluster has %v, want %v", now.Setting, names)
	}
}

// TestChangesOfAClusterAreSentTogether: changes during an operation wait for its end, and then
// become one update.
func TestChangesOfAClusterAreSentTogether(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(300*time.Millisecond))
	var all []<-chan error
	for i := range 5 {
		all = append(all, changing(t.Context(), c, binding(i)))
	}
	for calls(server, "UpdateCluster") == 0 {
		time.Sleep(time.Millisecond)
	}
	for i := range 5 {
		all = append(all, changing(t.Context(), c, binding(5+i)))
	}
	for _, done := range all {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	expectBindings(t, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	expectCalls(t, server, map[string]int{"UpdateCluster": 2})
	expectOperations(t, c, 2)
}

// TestARefusedChangeOfAClusterLeavesTheOthers: a refused change and one with a canceled owner do
// not affect the others.
func TestARefusedChangeOfAClusterLeavesTheOthers(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(0))
	no := errors.New("no")
	gone, cancel := context.WithCancel(t.Context())
	withdrawn := changing(gone, c, binding(1))
	refused := changing(t.Context(), c, SettingChange{
		Cluster: prodName,
		Decide:  func(now Setting, _ bool) (Setting, error) { return now, no },
	})
	good := changing(t.Context(), c, binding(2))
	time.Sleep(gatherTime / 4)
	cancel()
	expectKind(t, <-withdrawn, KindInterrupted)
	if err := <-refused; !errors.Is(err, no) {
		t.Error(err)
	}
	if err := <-good; err != nil {
		t.Error(err)
	}
	expectBindings(t, c, 2)
	expectCalls(t, server, map[string]int{"UpdateCluster": 1})
}

// TestChangesThatAreRefusedTogetherAreSentByThemselves: changes refused by GKE together are sent
// one by one.
func TestChangesThatAreRefusedTogetherAreSentByThemselves(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(0))
	bad := SettingChange{Cluster: prodName, Decide: func(now Setting, _ bool) (Setting, error) { return now.With("no/policy"), nil }}
	one, refused, two := changing(t.Context(), c, binding(1)), changing(t.Context(), c, bad), changing(t.Context(), c, binding(2))
	expectKind(t, <-refused, KindInvalid)
	if err := errors.Join(<-one, <-two); err != nil {
		t.Error(err)
	}
	expectBindings(t, c, 1, 2)
	expectCalls(t, server, map[string]int{"UpdateCluster": 4})
}

// TestAFullClusterTakesTurns: a full cluster accepts a binding together with the removal of
// another, and reports the limit for more.
func TestAFullClusterTakesTurns(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(0))
	var ten []string
	for i := range MostBindings {
		ten = append(ten, onPolicy(i))
	}
	if err := server.GKE().SetBinaryAuthorization(prod, ModeBindings, ten...); err != nil {
		t.Fatal(err)
	}
	comes := []<-chan error{changing(t.Context(), c, binding(10)), changing(t.Context(), c, binding(11))}
	leaves := changing(t.Context(), c, SettingChange{Cluster: prodName, Decide: func(now Setting, _ bool) (Setting, error) {
		return now.Without(onPolicy(0))
	}})
	errs := []error{<-comes[0], <-comes[1], <-leaves}
	full := slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(full) != 1 || !IsKind(full[0], KindLimit) || !strings.Contains(full[0].Error(), "would have 11 policy bindings") {
		t.Error(full)
	}
	expectCalls(t, server, map[string]int{"UpdateCluster": 1})
}

// TestAnOwnerOfASentChangeCanGo: an owner with an expired time limit gets the known result, and its
// change continues with the others.
func TestAnOwnerOfASentChangeCanGo(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(400*time.Millisecond))
	hasty, cancel := context.WithTimeout(t.Context(), 350*time.Millisecond)
	defer cancel()
	gone, stays := changing(hasty, c, binding(1)), changing(t.Context(), c, binding(2))
	err := <-gone
	if expectKind(t, err, KindTimeout); !strings.Contains(err.Error(), "operation-") {
		t.Error(err)
	}
	if err := <-stays; err != nil {
		t.Error(err)
	}
	expectBindings(t, c, 1, 2)
	expectCalls(t, server, map[string]int{"UpdateCluster": 1})
}
