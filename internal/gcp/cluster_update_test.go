package gcp

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	prod     = "projects/demo/locations/us-central1/clusters/prod"
	aBinding = "projects/demo/platforms/gke/policies/x"
)

var prodName = resname.Cluster{Project: "demo", Location: "us-central1", ID: "prod"}

func oneCluster(operationTime time.Duration) emulator.Options {
	return emulator.Options{Clusters: []string{prod}, OperationTime: operationTime}
}

// enforce switches the project's policy on and keeps the rest.
func enforce(now Setting, _ bool) (Setting, error) { return now.WithProjectPolicy(true), nil }

func change(t *testing.T, c *Clients, change SettingChange) (Setting, error) {
	t.Helper()
	change.Cluster = prodName
	if change.Decide == nil {
		change.Decide = enforce
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return c.ChangeSetting(ctx, change)
}

// expectHistory fails unless the cluster has had these modes and no others, in this order.
func expectHistory(t *testing.T, server *emulator.Server, modes ...string) {
	t.Helper()
	var had []string
	for _, s := range server.GKE().History(prod) {
		had = append(had, s.Mode)
	}
	if !slices.Equal(had, modes) {
		t.Errorf("the cluster was %v, want %v", had, modes)
	}
}

// expectOperations fails unless the project has this number of started operations.
func expectOperations(t *testing.T, c *Clients, want int) {
	t.Helper()
	if all, err := c.listOperations(t.Context(), "demo"); err != nil || len(all) != want {
		t.Errorf("%d operations, want %d (%v)", len(all), want, err)
	}
}

func TestASettingThatIsThereIsNotWritten(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(0))
	if err := server.GKE().SetBinaryAuthorization(prod, ModeProjectPolicy); err != nil {
		t.Fatal(err)
	}
	got, err := change(t, c, SettingChange{Started: func(string) { t.Error("an operation was started") }})
	if err != nil || got.Mode != ModeProjectPolicy {
		t.Error(got, err)
	}
	expectCalls(t, server, map[string]int{"UpdateCluster": 0, "GetCluster": 1, "ListOperations": 0})
}

func TestOneUpdateChangesTheWholeSettingAndKeepsBindings(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(30*time.Millisecond))
	if err := server.GKE().SetBinaryAuthorization(prod, ModeBindings, aBinding); err != nil {
		t.Fatal(err)
	}
	var started []string
	got, err := change(t, c, SettingChange{Started: func(id string) { started = append(started, id) }})
	if err != nil || got.Mode != ModeBindingsAndProjectPolicy || len(started) != 1 || !operationID.MatchString(started[0]) {
		t.Error(got, err, started)
	}
	expectHistory(t, server, ModeDisabled, ModeBindings, ModeBindingsAndProjectPolicy)
	expectCalls(t, server, map[string]int{"UpdateCluster": 1})
	now, err := c.Cluster(t.Context(), prodName)
	if err != nil || len(now.Setting.Bindings) != 1 || !now.Setting.Equal(got) {
		t.Error(now, err)
	}
}

func TestADecisionCanRefuse(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(0))
	no := errors.New("no")
	_, err := change(t, c, SettingChange{Decide: func(Setting, bool) (Setting, error) { return Setting{}, no }})
	if !errors.Is(err, no) {
		t.Error(err)
	}
	expectCalls(t, server, map[string]int{"UpdateCluster": 0})
}

func TestOtherOperationsAreWaitedForByName(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(0))
	const others = 5
	running, waits := server.GKE().StartOperation(prod, "UPGRADE_MASTER"), 0
	_, err := change(t, c, SettingChange{Waiting: func(reason string) {
		if waits++; !strings.Contains(reason, running) || !strings.Contains(reason, prod) {
			t.Errorf("%q does not name %s", reason, running)
		}
		if err := server.GKE().FinishOperation(running); err != nil {
			t.Error(err)
		}
		if waits < others {
			running = server.GKE().StartOperation(prod, "UPGRADE_NODES")
		}
	}})
	if err != nil || waits != others {
		t.Errorf("%v after %d waits", err, waits)
	}
	expectHistory(t, server, ModeDisabled, ModeProjectPolicy)
	expectOperations(t, c, others+1)
}

func TestAClusterThatIsStillMadeIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"PROVISIONING", "RECONCILING", "STOPPING"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			server, c := emulated(t, oneCluster(0))
			if err := server.GKE().SetStatus(prod, status); err != nil {
				t.Fatal(err)
			}
			waits := 0
			_, err := change(t, c, SettingChange{Waiting: func(string) {
				if waits++; waits == 2 {
					if err := server.GKE().SetStatus(prod, "RUNNING"); err != nil {
						t.Error(err)
					}
				}
			}})
			if err != nil || waits != 2 {
				t.Errorf("%v after %d waits", err, waits)
			}
			expectOperations(t, c, 1)
			if status != "RECONCILING" { // it may have ended at any time, so this is an attempt
				expectCalls(t, server, map[string]int{"UpdateCluster": 1})
			}
		})
	}
}

func TestAConflictIsDecidedAgain(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(0))
	var seen []string
	got, err := change(t, c, SettingChange{Decide: func(now Setting, sent bool) (Setting, error) {
		if seen = append(seen, now.Mode); len(seen) == 1 {
			if err := server.GKE().SetBinaryAuthorization(prod, ModeBindings, aBinding); err != nil {
				t.Error(err)
			}
		}
		return enforce(now, sent)
	}})
	if err != nil || got.Mode != ModeBindingsAndProjectPolicy || !slices.Equal(seen, []string{ModeDisabled, ModeBindings}) {
		t.Error(got, err, seen)
	}
	expectHistory(t, server, ModeDisabled, ModeBindings, ModeBindingsAndProjectPolicy)
}

func TestADisturbedUpdateOfAClusterTakesEffectOnce(t *testing.T) {
	t.Parallel()
	for fault := range passing {
		for _, operationTime := range []time.Duration{0, 40 * time.Millisecond} {
			t.Run(fault+" "+operationTime.String(), func(t *testing.T) {
				t.Parallel()
				server, c := emulated(t, oneCluster(operationTime), impatient(fault))
				inject(t, server, "UpdateCluster="+fault)
				if got, err := change(t, c, SettingChange{}); err != nil || got.Mode != ModeProjectPolicy {
					t.Error(got, err)
				}
				expectHistory(t, server, ModeDisabled, ModeProjectPolicy)
				expectOperations(t, c, 1)
			})
		}
	}
}

func TestTheOperationBehindALostReplyIsFollowed(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"after:unavailable", "after:reset", "after:internal"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			server, c := emulated(t, oneCluster(time.Hour))
			inject(t, server, "UpdateCluster="+fault)
			started := 0
			_, err := change(t, c, SettingChange{Started: func(id string) {
				started++
				if err := server.GKE().FinishOperation(id); err != nil {
					t.Error(err)
				}
			}})
			if err != nil || started != 1 {
				t.Errorf("%v, told of %d operations", err, started)
			}
			expectCalls(t, server, map[string]int{"UpdateCluster": 1})
		})
	}
}

func TestALostReplyIsSettledWithoutTheRightToListOperations(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"unavailable", "after:unavailable", "after:reset"} {
		for _, operationTime := range []time.Duration{0, 40 * time.Millisecond} {
			t.Run(fault+" "+operationTime.String(), func(t *testing.T) {
				t.Parallel()
				server, c := emulated(t, oneCluster(operationTime))
				inject(t, server, "UpdateCluster="+fault, "ListOperations=permission_denied,count=50")
				if got, err := change(t, c, SettingChange{}); err != nil || got.Mode != ModeProjectPolicy {
					t.Error(got, err)
				}
				expectHistory(t, server, ModeDisabled, ModeProjectPolicy)
			})
		}
	}
}

// TestSomebodyElsesUpdateIsNotTakenForALostOne: an update of another kind runs when ours fails
// before it is carried out.
func TestSomebodyElsesUpdateIsNotTakenForALostOne(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(300*time.Millisecond))
	if server.GKE().StartOperation(prod, "UPDATE_CLUSTER") == "" {
		t.Fatal("not started")
	}
	inject(t, server, "UpdateCluster=unavailable")
	if got, err := change(t, c, SettingChange{}); err != nil || got.Mode != ModeProjectPolicy {
		t.Error(got, err)
	}
	expectHistory(t, server, ModeDisabled, ModeProjectPolicy)
}

func TestOtherRefusalsFailAtOnceInGooglesWords(t *testing.T) {
	t.Parallel()
	for fault, kind := range map[string]Kind{
		"permission_denied": KindDenied, "service_disabled": KindDisabled, "invalid_argument": KindInvalid,
		"not_found": KindNotFound, "failed_precondition": KindFailed, "unauthenticated": KindUnauthenticated,
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			server, c := emulated(t, oneCluster(0))
			inject(t, server, "UpdateCluster="+fault)
			_, err := change(t, c, SettingChange{})
			expectKind(t, err, kind)
			expectHistory(t, server, ModeDisabled)
			expectCalls(t, server, map[string]int{"UpdateCluster": 1})
		})
	}
}

func TestTwoChangesOfOneClusterTakeTurns(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(40*time.Millisecond))
	var waits atomic.Int32
	all([]int{1, 2, 3, 4}, func(int) {
		if _, err := change(t, c, SettingChange{Waiting: func(string) { waits.Add(1) }}); err != nil {
			t.Error(err)
		}
	})
	if waits.Load() != 0 {
		t.Errorf("our own operation was waited for %d times as if it were somebody else's", waits.Load())
	}
	expectCalls(t, server, map[string]int{"UpdateCluster": 1})
}

func TestAWaitForAnotherChangeOfOursCanBeInterrupted(t *testing.T) {
	t.Parallel()
	var l keyedLock
	unlock, err := l.lock(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.lock(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if other, err := l.lock(t.Context(), "other"); err != nil {
		t.Error(err)
	} else {
		other()
	}
	unlock()
	if again, err := l.lock(t.Context(), "k"); err != nil {
		t.Error(err)
	} else {
		again()
	}
}
