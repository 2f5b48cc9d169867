package probe

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/api/googleapi"
)

// TestKubernetes creates pods through the Kubernetes API, available on real clusters only. The
// words are from a recording.
func TestKubernetes(t *testing.T) {
	t.Parallel()
	const words = `admission webhook "imagepolicywebhook.image-policy.k8s.io" denied the request: Image x denied`
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var p struct {
			Kind     string
			Metadata struct{ Name string }
		}
		_ = json.NewDecoder(r.Body).Decode(&p)
		got = append(got, r.Method+" "+r.URL.Path+" "+p.Kind)
		switch p.Metadata.Name {
		case "denied":
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"kind":"Status","status":"Failure","message":` + quoted(words) +
				`,"reason":"VIOLATES_POLICY","code":400}`))
		case "exists":
			w.WriteHeader(http.StatusConflict)
			_, _ = w.Write([]byte(`{"kind":"Status","message":"pods \"exists\" already exists","reason":"AlreadyExists","code":409}`))
		case "broken":
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	client := server.Client()
	t.Cleanup(server.Close)
	trial := &Trial{run: &run{kube: &kube{server.URL, client}, shared: &ledger{prefix: "probe-aaaaaaaa-"}}}
	for _, name := range []string{"good", "denied", "exists"} {
		trial.createPod(t.Context(), name, pod{name: name, images: []string{"x"}}, "message")
	}
	var lines []string
	for _, a := range trial.answers {
		lines = append(lines, a.line())
	}
	want := "good: admitted|denied: denied message=" + quoted(words) + `|exists: exists message="pods \"exists\" already exists"`
	if text := strings.Join(lines, "|"); text != want {
		t.Errorf("%s\nwant\n%s", text, want)
	}
	if len(got) != 3 || got[0] != "POST /api/v1/namespaces/probe-aaaaaaaa-ns/pods Pod" {
		t.Errorf("calls: %q", got)
	}
	if err := trial.sendPod(t.Context(), pod{name: "broken"}); err == nil {
		t.Error("no error for an answer that is none")
	} else if _, ok := err.(*googleapi.Error); ok { //nolint:errorlint // it must not be wrapped either
		t.Error("an answer that is none was taken for one")
	}
	trial.run.kube = nil
	if err := trial.sendPod(t.Context(), pod{name: "good"}); err == nil {
		t.Error("a pod was made without a cluster")
	}
}

func quoted(s string) string {
	raw, _ := json.Marshal(s) //nolint:errchkjson // a string
	return string(raw)
}

func TestCorrections(t *testing.T) {
	t.Parallel()
	before := clusterState{
		BinaryAuthorization: setting(bindings, "projects/p/platforms/gke/policies/a"), LoggingService: "l", MonitoringService: "m",
	}
	if !before.same(before) {
		t.Error("a state is not the same as itself")
	}
	if !(clusterState{}).same(clusterState{BinaryAuthorization: setting(disabled)}) {
		t.Error("no setting is not the same as DISABLED")
	}
	updates := before.corrections(clusterState{LoggingService: "none", MonitoringService: "none"}, "e")
	if len(updates) != 3 || updates[0].DesiredBinaryAuthorization.EvaluationMode != bindings || updates[0].Etag != "e" ||
		updates[1].DesiredLoggingService != "l" || updates[2].DesiredMonitoringService != "m" {
		t.Errorf("%+v", updates)
	}
	if u := (clusterState{}).corrections(before, ""); u[0].DesiredBinaryAuthorization.EvaluationMode != disabled {
		t.Errorf("%+v", u[0])
	}
}
