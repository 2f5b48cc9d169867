package gcp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// oldFailure is an operation of an older reply, with its error in a deprecated field only.
func oldFailure(message string) *Operation {
	return &Operation{Name: "operation-1", StatusMessage: message} //nolint:staticcheck // deprecated, and what is tested
}

func TestAnOperationThatEndedInAnErrorIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		op   *Operation
		want string // "" for success
	}{
		"success":     {&Operation{Name: "operation-1"}, ""},
		"empty error": {&Operation{Name: "operation-1", Error: &rpcstatus.Status{}}, ""},
		"error only": {
			&Operation{Name: "operation-1", Error: &rpcstatus.Status{Code: 13, Message: "boom"}},
			"operation operation-1 ended with error code 13: boom",
		},
		"code only":           {&Operation{Name: "operation-1", Error: &rpcstatus.Status{Code: 13}}, "error code 13"},
		"status message only": {oldFailure("boom"), "boom"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := operationError(c.op, prodName)
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var e *Error
			if !errors.As(err, &e) || e.Kind != KindFailed || !strings.Contains(e.Message, c.want) || e.Resource != prod ||
				!strings.Contains(e.Remedy, "gcloud container operations describe operation-1 --location=us-central1 --project=demo") {
				t.Errorf("%+v", err)
			}
		})
	}
}

// TestAnOperationThatTheOrganizationForbids: an organization policy has its own kind of error, even
// if only the operation fails, with the same text as a refused call.
func TestAnOperationThatTheOrganizationForbids(t *testing.T) {
	t.Parallel()
	const said = `Operation denied by org policy: ["customConstraints/custom.binauthz": "Clusters must enforce."].`
	info, err := anypb.New(&errdetails.ErrorInfo{Reason: orgPolicyReason})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		op   *Operation
		want string
	}{
		"by its words": {
			&Operation{Name: "operation-1", Error: &rpcstatus.Status{Code: 9, Message: said}},
			"operation operation-1 ended with error code 9: custom.binauthz: Clusters must enforce.",
		},
		"by status message": {oldFailure(said), "error code 0: custom.binauthz: Clusters must enforce."},
		"by its reason": {
			&Operation{Name: "operation-1", Error: &rpcstatus.Status{Code: 7, Message: "no", Details: []*anypb.Any{info}}},
			"error code 7: no",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var e *Error
			if err := operationError(c.op, prodName); !errors.As(err, &e) || e.Kind != KindOrgPolicy ||
				!strings.Contains(e.Message, c.want) || !strings.Contains(e.Remedy, "an organization policy forbids it") {
				t.Errorf("%+v", err)
			}
		})
	}
	server, c := emulated(t, oneCluster(0))
	server.GKE().FailNextOperation(prod, "FAILED_PRECONDITION", said, false)
	_, err = change(t, c, SettingChange{})
	expectKind(t, err, KindOrgPolicy)
	expectHistory(t, server, ModeDisabled)
}

func TestAFailedOperationFailsTheChange(t *testing.T) {
	t.Parallel()
	for _, withStatusMessage := range []bool{true, false} {
		t.Run(fmt.Sprint(withStatusMessage), func(t *testing.T) {
			t.Parallel()
			server, c := emulated(t, oneCluster(0))
			server.GKE().FailNextOperation(prod, "INTERNAL", "boom", withStatusMessage)
			_, err := change(t, c, SettingChange{})
			if expectKind(t, err, KindFailed); err == nil || !strings.Contains(err.Error(), "13: boom") {
				t.Error(err)
			}
			expectHistory(t, server, ModeDisabled)
		})
	}
}

// TestARemovalIsVerifiedOnTheCluster: others bind the removed policy again during the operation.
func TestARemovalIsVerifiedOnTheCluster(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(0))
	bind := func() {
		if err := server.GKE().SetBinaryAuthorization(prod, ModeBindings, inDemo); err != nil {
			t.Error(err)
		}
	}
	bind()
	_, err := change(t, c, SettingChange{
		Unbind:  func(now Setting) (Setting, error) { return now.Without(inDemo) },
		Decide:  func(now Setting, _ bool) (Setting, error) { return now, nil },
		Started: func(string) { bind() },
	})
	if expectKind(t, err, KindFailed); err == nil || !strings.Contains(err.Error(), "the cluster reports POLICY_BINDINGS") {
		t.Error(err)
	}
}

// TestAnOperationThatIsNotFound: the update was sent, so the cluster shows its result.
func TestAnOperationThatIsNotFound(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(40*time.Millisecond))
	inject(t, server, "GetOperation=not_found,count=forever", "ListOperations=permission_denied,count=forever")
	if got, err := change(t, c, SettingChange{}); err != nil || got.Mode != ModeProjectPolicy {
		t.Error(got, err)
	}
	expectHistory(t, server, ModeDisabled, ModeProjectPolicy)
}

func TestASuccessIsVerifiedOnTheCluster(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(0))
	_, err := change(t, c, SettingChange{Started: func(string) {
		if err := server.GKE().SetBinaryAuthorization(prod, ModeDisabled); err != nil {
			t.Error(err)
		}
	}})
	if expectKind(t, err, KindFailed); err == nil ||
		!strings.Contains(err.Error(), "the cluster reports DISABLED instead of PROJECT_SINGLETON_POLICY_ENFORCE") {
		t.Error(err)
	}
}

func TestWaitingEndsWithAnInterruptOrTheTimeLimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind  Kind
		busy  bool // with somebody else's operation
		end   func(context.Context) (context.Context, context.CancelFunc)
		words string
	}{
		"interrupted": {KindInterrupted, false, interrupted, "interrupted"},
		"interrupted while another operation runs": {KindInterrupted, true, interrupted, "interrupted"},
		"out of time": {KindTimeout, false, limited, "is still "},
		"out of time while another operation runs": {KindTimeout, true, limited, "is still "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, clients := emulated(t, oneCluster(time.Hour))
			operation := ""
			if c.busy {
				operation = server.GKE().StartOperation(prod, "UPGRADE_MASTER")
			}
			ctx, cancel := c.end(t.Context())
			defer cancel()
			begun := time.Now()
			_, err := clients.ChangeSetting(ctx, SettingChange{
				Cluster: prodName,
				Decide:  enforce,
				Started: func(id string) { operation = id },
			})
			if expectKind(t, err, c.kind); err == nil || !strings.Contains(err.Error(), c.words) || c.kind == KindTimeout &&
				!strings.Contains(err.Error(), operation) {
				t.Errorf("%v does not name %s", err, operation)
			}
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("ended after %s", took)
			}
		})
	}
}

func interrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	time.AfterFunc(100*time.Millisecond, cancel)
	return ctx, cancel
}

func limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, time.Second)
}

func TestATimeLimitWhileTheClusterIsRepairedSaysSo(t *testing.T) {
	t.Parallel()
	server, c := emulated(t, oneCluster(0))
	if err := server.GKE().SetStatus(prod, "ERROR"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := limited(t.Context())
	defer cancel()
	_, err := c.ChangeSetting(ctx, SettingChange{Cluster: prodName, Decide: enforce})
	if expectKind(t, err, KindTimeout); err == nil ||
		!strings.Contains(err.Error(), "currently being created, deleted, updated or repaired") {
		t.Error(err)
	}
}

func TestAnOperationIsWaitedForThroughPassingErrors(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{
		"GetOperation=unavailable,count=2", "GetOperation=resource_exhausted", "GetOperation=reset",
		"GetCluster=unavailable,count=2,skip=1",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			server, c := emulated(t, oneCluster(30*time.Millisecond))
			inject(t, server, fault)
			if _, err := change(t, c, SettingChange{}); err != nil {
				t.Error(err)
			}
			expectCalls(t, server, map[string]int{"UpdateCluster": 1})
		})
	}
}

func TestAnOperationThatIsNotKnownIsNotFound(t *testing.T) {
	t.Parallel()
	_, c := emulated(t, oneCluster(0))
	expectKind(t, c.WaitOperation(t.Context(), prodName, "operation-1-a"), KindNotFound)
}

// fleet is n clusters in two regions.
func fleet(n int) (names []resname.Cluster, options emulator.Options) {
	for i := range n {
		name := resname.Cluster{Project: "demo", Location: []string{"us-central1", "us-west1"}[i%2], ID: fmt.Sprintf("c%d", i)}
		names = append(names, name)
		options.Clusters = append(options.Clusters, name.String())
	}
	return names, options
}

// changeAll changes all clusters at once.
func changeAll(t *testing.T, c *Clients, names []resname.Cluster) {
	t.Helper()
	var all sync.WaitGroup
	for _, name := range names {
		all.Go(func() {
			if _, err := c.ChangeSetting(t.Context(), SettingChange{Cluster: name, Decide: enforce}); err != nil {
				t.Error(name, err)
			}
		})
	}
	all.Wait()
}

func TestAFleetSharesItsLooksAtOperations(t *testing.T) {
	t.Parallel()
	const clusters = 30
	for name, c := range map[string]struct {
		faults  []string
		missing []string
		limits  map[string]int
	}{
		"lists":         {limits: map[string]int{"ListOperations": clusters, "GetOperation": clusters}},
		"partial lists": {missing: []string{"us-west1"}, limits: map[string]int{"ListOperations": clusters}},
		"forbidden lists": {
			faults: []string{"ListOperations=permission_denied,count=forever"},
			limits: map[string]int{"ListOperations": 1},
		},
		"lists that break": {faults: []string{"ListOperations=unavailable,count=3"}, limits: map[string]int{"ListOperations": clusters}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names, options := fleet(clusters)
			options.OperationTime = 250 * time.Millisecond
			server, clients := emulated(t, options, func(c *Config) { c.PollInterval = 50 * time.Millisecond })
			inject(t, server, c.faults...)
			server.GKE().SetMissingZones("demo", c.missing...)
			changeAll(t, clients, names)
			for method, most := range c.limits {
				if n := calls(server, method); n > most {
					t.Errorf("%s was called %d times, want %d at most", method, n, most)
				}
			}
			expectCalls(t, server, map[string]int{"UpdateCluster": clusters})
		})
	}
}

func TestPausesBetweenLooksGrowSlowly(t *testing.T) {
	t.Parallel()
	pause := time.Second
	for range 100 {
		next := pollPause(pause, time.Second)
		if next < pause || next > pause+pause/10 || next > 3*time.Second {
			t.Fatalf("%s follows %s", next, pause)
		}
		pause = next
	}
	if pause != 3*time.Second {
		t.Error(pause)
	}
}
