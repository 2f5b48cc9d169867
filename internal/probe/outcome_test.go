package probe

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestDiffers runs probes on an emulator set to the answers of the other sources.
func TestDiffers(t *testing.T) {
	t.Parallel()
	for id, c := range map[string]struct {
		set  func(*emulator.Server)
		line string
	}{
		"POLICY-NAMESPACE-DIGITS": {
			func(s *emulator.Server) { s.Binauthz().RefuseDigits = true }, "a namespace with a digit: INVALID_ARGUMENT",
		},
		"POLICY-SPIFFE": {
			func(s *emulator.Server) { s.Binauthz().StripSPIFFE = true }, "probe.example/ns/probe/sa/one: true",
		},
		"GKE-BINDINGS-NUMBER": {
			func(s *emulator.Server) { s.GKE().NormalizeBindings = false },
			`get: OK binaryAuthorization.policyBindings.*.name=["projects/PROJECT/platforms/gke/policies/bound"]`,
		},
		"GKE-ENABLED-READ": {
			func(s *emulator.Server) { s.GKE().EnabledAlone = true },
			"get: OK binaryAuthorization.enabled=true binaryAuthorization.evaluationMode=-",
		},
		"IAM-MEMBER-CASE": {
			func(s *emulator.Server) { s.IAM().KeepCase() }, "get: OK bindings.0.members.0=domain:Google.com",
		},
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, emulator.Options{})
			c.set(l.server)
			r := l.one(t, only(t, id)[0])
			if r.Outcome != Differs || !slices.Contains(r.Got, c.line) {
				t.Errorf("%s: %q", r.Outcome, r.Got)
			}
			if text := r.difference(); !strings.Contains(text, "  + "+c.line+"\n") {
				t.Error(text)
			}
		})
	}
}

func TestNotPermitted(t *testing.T) {
	t.Parallel()
	for id, c := range map[string]struct {
		fault string
		want  Outcome
	}{
		"ATTESTOR-ETAG-NONE":   {"CreateAttestor=permission_denied", NotPermitted},
		"ATTESTOR-ETAG-STALE":  {"UpdateAttestor=unauthenticated", NotPermitted},
		"REST-SLASH":           {"CreateNote=service_disabled", NotPermitted},
		"IAM-ETAG-EMPTY":       {"GetIamPolicy=permission_denied", NotPermitted},
		"POLICY-SPIFFE":        {"GetPolicy=permission_denied", NotPermitted},
		"GKE-DISABLED-READ":    {"GetCluster=permission_denied", NotPermitted},
		"LOCATION-UNKNOWN-GKE": {"CreateAttestor=permission_denied", AsEmulated}, // to be refused is the answer that is wanted
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, emulator.Options{})
			inject(t, l, c.fault)
			if r := l.one(t, only(t, id)[0]); r.Outcome != c.want {
				t.Errorf("%s: %q", r.Outcome, r.Got)
			}
		})
	}
}

func TestSkipped(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	for need, why := range reasons {
		l.Target.Allowed = map[Need]bool{}
		r := l.one(t, Probe{ID: "TEST-NEED", Needs: []Need{need}, Want: "x: OK", Run: func(context.Context, *Trial) {
			t.Errorf("it runs without %s", need)
		}})
		if r.Outcome != Skipped || r.Reason != why || why == "" {
			t.Errorf("%s: %+v", need, r)
		}
	}
}

// TestQuota creates more attestors than the quota of a minute. Waiting advances the clock.
func TestQuota(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{Quota: true})
	if r := l.one(t, only(t, "ATTESTOR-LIST-PAGE")[0]); r.Outcome != AsEmulated {
		t.Error(r.difference())
	}
	if r := l.one(t, Probe{ID: "TEST-REST", Want: "last: OK", Run: func(ctx context.Context, t *Trial) {
		for i := range 150 {
			_, err := t.REST(ctx, "binaryauthorization", "GET", "v1/"+t.Parent()+"/attestors", "")
			if err != nil || i == 149 {
				t.Saw("last", nil, err)
			}
		}
	}}); r.Outcome != AsEmulated {
		t.Error(r.difference())
	}
	if l.server.Throttled() == 0 {
		t.Error("no call was refused for a quota")
	}
}

// TestAnswers reads the fields compared by a probe.
func TestAnswers(t *testing.T) {
	t.Parallel()
	reply := map[string]any{"a": map[string]any{"b": []any{map[string]any{"c": 1}, map[string]any{"c": "x<"}}}, "e": "", "f": false}
	for field, want := range map[string]string{
		"a.b.0.c": "1", "a.b.*.c": `[1,"x<"]`, "a.b#": "2", "a?": "set", "z?": "unset", "z": "-", "z#": "0", "a.b.7.c": "-",
		"a.b.0": `{"c":1}`, "f": "false", "e": "", "a.b.c": "-", "f.g": "-",
	} {
		if got := newAnswer("s", reply, nil, []string{field}).line(); got != "s: OK "+strings.TrimRight(field, "?#")+"="+want {
			t.Errorf("%s: %s", field, got)
		}
	}
	if a := newAnswer("s", func() {}, nil, nil); a.code != "UNREADABLE" {
		t.Error(a)
	}
}
