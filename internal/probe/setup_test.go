package probe

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// lab is an emulator and a runner for probes on it.
type lab struct {
	Runner
	server  *emulator.Server
	clients *clients
	log     *bytes.Buffer
}

func newLab(t *testing.T, o emulator.Options) *lab {
	t.Helper()
	target, server, err := Emulated(o)
	if err != nil {
		t.Fatal(err)
	}
	c, err := dial(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.close(); err != nil {
			t.Error(err)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	log := &bytes.Buffer{}
	return &lab{Runner: Runner{Target: target, Log: log, SaveDir: t.TempDir()}, server: server, clients: c, log: log}
}

// only are the probes with these ids.
func only(t *testing.T, ids ...string) []Probe {
	t.Helper()
	found := slices.DeleteFunc(All(), func(p Probe) bool { return !slices.Contains(ids, p.ID) })
	if len(found) != len(ids) {
		t.Fatalf("%d of the probes %v exist", len(found), ids)
	}
	return found
}

// one runs one probe and expects a complete cleanup.
func (l *lab) one(t *testing.T, p Probe) Result {
	t.Helper()
	report, err := l.Run(t.Context(), []Probe{p})
	if err != nil {
		t.Fatal(err)
	}
	return report.Results[0]
}

func (l *lab) policy(t *testing.T) *binaryauthorizationpb.Policy {
	t.Helper()
	trial := &Trial{clients: l.clients, Target: l.Target}
	p, err := trial.policy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.Etag, p.UpdateTime = "", nil
	return p
}

// ownPolicy gives the project a policy unlike those of the probes.
func (l *lab) ownPolicy(t *testing.T) *binaryauthorizationpb.Policy {
	t.Helper()
	trial := &Trial{clients: l.clients, Target: l.Target}
	_, err := trial.changePolicy(t.Context(), func(p *binaryauthorizationpb.Policy) {
		p.Description = "somebody's own"
		p.AdmissionWhitelistPatterns = []*binaryauthorizationpb.AdmissionWhitelistPattern{pattern("own.example/**")}
		p.KubernetesNamespaceAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{"own": denies()}
	})
	if err != nil {
		t.Fatal(err)
	}
	return l.policy(t)
}

// changing is a probe to change the policy and then call next.
func changing(next func(ctx context.Context, t *Trial)) Probe {
	return Probe{
		ID: "TEST-POLICY", Unknown: "Nothing.", Needs: []Need{NeedPolicy}, Want: "changed: OK",
		Run: func(ctx context.Context, t *Trial) {
			_, err := t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) {
				p.Description, p.AdmissionWhitelistPatterns, p.KubernetesNamespaceAdmissionRules = "a probe's", nil, nil
			})
			t.Saw("changed", nil, err)
			next(ctx, t)
		},
	}
}

func (l *lab) samePolicy(t *testing.T, before *binaryauthorizationpb.Policy) {
	t.Helper()
	if now := l.policy(t); !proto.Equal(now, before) {
		t.Errorf("the policy is %v, and was %v", now, before)
	}
}

func (l *lab) said(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(l.log.String(), w) {
			t.Errorf("the log does not say %q:\n%s", w, l.log)
		}
	}
}
