package probe

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

func inject(t *testing.T, l *lab, text string) {
	t.Helper()
	f, err := fault.Parse(text)
	if err == nil {
		err = l.server.Inject(f)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// saved are the files with earlier versions of objects.
func (l *lab) saved(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(l.SaveDir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestPolicyIsRestored(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		next func(context.Context, *Trial)
		want Outcome
	}{
		"after a probe": {func(context.Context, *Trial) {}, AsEmulated},
		"after a panic": {func(context.Context, *Trial) { panic("a probe") }, Failed}, //nolint:forbidigo // what is tested
		"after a skip":  {func(_ context.Context, t *Trial) { t.Skip("no") }, Skipped},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, emulator.Options{})
			before := l.ownPolicy(t)
			changed := false
			r := l.one(t, changing(func(ctx context.Context, trial *Trial) {
				p, err := trial.policy(ctx)
				changed = err == nil && p.GetDescription() == "a probe's" && len(l.saved(t)) == 1
				c.next(ctx, trial)
			}))
			if r.Outcome != c.want || !changed {
				t.Errorf("%+v, changed %t", r, changed)
			}
			l.samePolicy(t, before)
			if files := l.saved(t); len(files) != 0 {
				t.Errorf("left: %v", files)
			}
		})
	}
}

// TestASkipEndsTheProbe: nothing after a skip runs, and its reason is the outcome.
func TestASkipEndsTheProbe(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	acted := false
	r := l.one(t, Probe{ID: "A-SKIP", Want: "x: OK", Run: func(_ context.Context, t *Trial) {
		t.needsNoRules(&binaryauthorizationpb.Policy{
			KubernetesNamespaceAdmissionRules: map[string]*binaryauthorizationpb.AdmissionRule{"shop": dryRun()},
		})
		acted = true
	}})
	if acted || r.Outcome != Skipped || r.Reason != "the policy of the project has rules of another kind" {
		t.Errorf("%t %+v", acted, r)
	}
}

// TestPolicyIsRestoredAfterASignal ends a run by a real SIGTERM. It is not parallel: the signal is
// for the whole process.
func TestPolicyIsRestoredAfterASignal(t *testing.T) { //nolint:paralleltest // see above
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		l := newLab(t, emulator.Options{})
		before := l.ownPolicy(t)
		ctx, stop := signal.NotifyContext(t.Context(), syscall.SIGINT, syscall.SIGTERM)
		struck := changing(func(ctx context.Context, trial *Trial) {
			if err := syscall.Kill(os.Getpid(), s); err != nil {
				t.Error(err)
			}
			<-ctx.Done()
			_, err := trial.policy(ctx)
			trial.Saw("after the signal", nil, err)
		})
		later := only(t, "POLICY-SPIFFE")[0]
		report, err := l.Run(ctx, []Probe{struck, later})
		stop()
		if err != nil {
			t.Error(err)
		}
		for _, r := range report.Results {
			if r.Outcome != Skipped || r.Reason != "the run was interrupted" {
				t.Errorf("%+v", r)
			}
		}
		l.samePolicy(t, before)
		l.said(t, "Interrupted. The changes of TEST-POLICY are restored.")
		if files := l.saved(t); len(files) != 0 {
			t.Errorf("left: %v", files)
		}
	}
}

// TestPolicyIsRestoredBetweenProbes: each probe finds the original policy, without changes of an
// earlier probe.
func TestPolicyIsRestoredBetweenProbes(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	before := l.ownPolicy(t)
	look := Probe{ID: "TEST-LOOK", Needs: []Need{NeedPolicy}, Want: "get: OK description=somebody's own"}
	look.Run = func(ctx context.Context, t *Trial) {
		p, err := t.policy(ctx)
		t.Saw("get", p, err, "description")
	}
	report, err := l.Run(t.Context(), []Probe{changing(func(context.Context, *Trial) {}), look})
	if err != nil || report.Count(AsEmulated) != 2 {
		t.Errorf("%v %+v", err, report)
	}
	l.samePolicy(t, before)
}

func TestRestoreIsTriedAgain(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	before := l.ownPolicy(t)
	inject(t, l, "UpdatePolicy=internal,skip=1,count=2")
	if r := l.one(t, changing(func(context.Context, *Trial) {})); r.Outcome != AsEmulated {
		t.Errorf("%+v", r)
	}
	l.samePolicy(t, before)
	l.said(t, "Try 2 of 5")
}

func TestRestoreThatFailsIsLoud(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	l.ownPolicy(t)
	inject(t, l, "UpdatePolicy=internal,skip=1,count=forever")
	later := changing(func(context.Context, *Trial) { t.Error("another probe changes what is not restored") })
	report, err := l.Run(t.Context(), []Probe{changing(func(context.Context, *Trial) {}), later})
	if err == nil || !strings.Contains(err.Error(), "The policy of the project is not restored") {
		t.Error(err)
	}
	if r := report.Results[1]; r.Outcome != Skipped || !strings.Contains(r.Reason, "not restored") {
		t.Errorf("%+v", r)
	}
	l.said(t, "IS NOT RESTORED", "own.example/**", l.SaveDir)
	files := l.saved(t)
	if len(files) != 1 {
		t.Fatalf("files: %v", files)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil || !strings.Contains(string(raw), "somebody's own") {
		t.Errorf("%s %v", raw, err)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}

// TestNothingChangesUnsaved: without a saved file, a probe changes nothing.
func TestNothingChangesUnsaved(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	before := l.ownPolicy(t)
	l.SaveDir = filepath.Join(l.SaveDir, "missing")
	ran := false
	r := l.one(t, changing(func(context.Context, *Trial) { ran = true }))
	if ran || r.Outcome != Differs || !strings.HasPrefix(r.Got[0], "setup: save the object") {
		t.Errorf("ran %t: %+v", ran, r)
	}
	l.samePolicy(t, before)
}

// TestOrder: probes with changes to the live policy come last.
func TestOrder(t *testing.T) {
	t.Parallel()
	live := Probe{Needs: []Need{NeedPolicy}}
	for i, at := range inOrder([]Probe{live, {}, live, {}}) {
		if want := []int{1, 3, 0, 2}[i]; at != want {
			t.Errorf("%d: %d, want %d", i, at, want)
		}
	}
}
