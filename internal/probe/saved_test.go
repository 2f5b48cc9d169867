package probe

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	beta "google.golang.org/api/container/v1beta1"
	"google.golang.org/api/option"
	"google.golang.org/grpc"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// quiet is a log that must stay empty while an object is changed.
type quiet struct {
	check func(text string)
}

func (q quiet) Write(text []byte) (int, error) {
	q.check(string(text))
	return 0, errors.New("no output")
}

// TestNoOutputBeforeTheRestore: a run prints nothing while the policy is changed, because an output
// can fail, block, or end the process.
func TestNoOutputBeforeTheRestore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault string
		next  func(ctx context.Context, interrupt func())
	}{
		"interrupt":       {"", func(_ context.Context, interrupt func()) { interrupt() }},
		"panic":           {"", func(context.Context, func()) { panic("a probe") }}, //nolint:forbidigo // what is tested
		"tries to repeat": {"UpdatePolicy=internal,skip=1,count=2", func(context.Context, func()) {}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, emulator.Options{})
			before := l.ownPolicy(t)
			if c.fault != "" {
				inject(t, l, c.fault)
			}
			writes := 0
			l.Log = quiet{func(text string) {
				writes++
				if p := l.policy(t); p.GetDescription() != before.GetDescription() {
					t.Errorf("printed before the restore: %s", text)
				}
			}}
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			_, err := l.Run(ctx, []Probe{changing(func(ctx context.Context, _ *Trial) { c.next(ctx, interrupt) })})
			if err != nil || writes == 0 {
				t.Errorf("%d writes, %v", writes, err)
			}
			l.samePolicy(t, before)
		})
	}
}

// TestWritesHaveTheEtag: the change of a probe and its restore carry the etag of the policy that they
// replace.
func TestWritesHaveTheEtag(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	before := l.ownPolicy(t)
	var etags []string
	watch := func(
		ctx context.Context, method string, request, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, o ...grpc.CallOption,
	) error {
		if r, ok := request.(*binaryauthorizationpb.UpdatePolicyRequest); ok {
			etags = append(etags, r.GetPolicy().GetEtag())
		}
		return invoke(ctx, method, request, reply, conn, o...)
	}
	l.Target.Dial = append(l.Target.Dial, option.WithGRPCDialOption(grpc.WithChainUnaryInterceptor(watch)))
	l.one(t, changing(func(context.Context, *Trial) {}))
	l.samePolicy(t, before)
	if len(etags) != 2 || etags[0] == "" || etags[1] == "" || etags[0] == etags[1] {
		t.Errorf("etags of the change and of the restore: %q", etags)
	}
}

// TestClusterOfAKilledRun: Restore restores a cluster from its file. A file that cannot be restored
// stays.
func TestClusterOfAKilledRun(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	mode := func() string {
		c, err := l.clients.Beta.Get(l.Target.Cluster).Context(t.Context()).Do()
		if err != nil {
			t.Fatal(err)
		}
		return stateOf(c).evaluates()
	}
	before := mode()
	killed := Probe{ID: "TEST-CLUSTER", Unknown: "Nothing.", Needs: []Need{NeedCluster}, Want: "files: 1"}
	var file string
	var raw []byte
	killed.Run = func(_ context.Context, trial *Trial) {
		files := l.saved(t)
		trial.Note("files", "%d", len(files))
		file = files[0]
		var err error
		if raw, err = os.ReadFile(file); err != nil {
			t.Error(err)
		}
	}
	l.one(t, killed)
	change := &beta.UpdateClusterRequest{Update: &beta.ClusterUpdate{DesiredBinaryAuthorization: setting(enforce)}}
	if _, err := l.clients.Beta.Update(l.Target.Cluster, change).Context(t.Context()).Do(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if report, err := l.Run(t.Context(), []Probe{killed}); err == nil || report.Results != nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a run started beside a saved file: %v", err)
	}
	saved, err := ReadSaved(file)
	if err != nil || saved.Project != l.Target.Project {
		t.Fatalf("%+v %v", saved, err)
	}
	inject(t, l, "UpdateCluster=internal,count=5")
	if err := l.Restore(t.Context(), saved); err == nil || len(l.saved(t)) != 1 || mode() == before {
		t.Errorf("a restore that fails: %v, files %v, %s", err, l.saved(t), mode())
	}
	if err := l.Restore(t.Context(), saved); err != nil || len(l.saved(t)) != 0 || mode() != before {
		t.Errorf("%v, files %v, %s", err, l.saved(t), mode())
	}
	l.said(t, "The setting of the cluster IS NOT RESTORED", "make probe RESTORE="+file, "The setting of the cluster is restored.")
}

func TestSavedFilesThatAreNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := unfinished(filepath.Join(dir, "missing"), emulatedProject); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct{ content, want string }{
		"probe-outcome.json":               {`{"name": "projects/probed-project/policy"}`, ""}, // of -out
		"probe-abcdefgh-cluster.json":      {`{"name": "projects/other/locations/l/clusters/c"}`, ""},
		"probe-bbcdefgh-cluster.json":      {`{`, "unexpected end"},
		"probe-cbcdefgh-cluster.json":      {`{}`, "is not the saved state"},
		savedName(newID(), NeedPolicy):     {`{"name": "projects/probed-project/policy"}`, "state of projects/probed-project/policy"},
		"probe-dbcdefgh-new-cluster.json":  {`{"name": "projects/probed-project/policy"}`, ""},
		"probe-ebcdefgh-cluster.json.part": {`{`, ""},
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		err := unfinished(dir, emulatedProject)
		if (err == nil) != (c.want == "") || err != nil && !(strings.Contains(err.Error(), c.want) && strings.Contains(err.Error(), name)) {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ReadSaved(filepath.Join(dir, "missing.json")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
