package emulator

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Both versions of GKE's REST API refuse an unknown mode and keep the old one: an ignored misspelt
// mode would switch enforcement off.
func TestUnknownModesAreRefused(t *testing.T) {
	t.Parallel()
	const cluster = "projects/demo/locations/us-central1/clusters/prod"
	s, err := Start(Options{Clusters: []string{cluster}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.GKE().SetBinaryAuthorization(cluster, "PROJECT_SINGLETON_POLICY_ENFORCE"); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: time.Minute}
	for _, setting := range []string{`{"evaluationMode":"NONSENSE"}`, `{"evaluationMode":"disabled"}`} {
		for _, version := range []string{"v1", "v1beta1"} {
			body := `{"update":{"desiredBinaryAuthorization":` + setting + `}}`
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+s.Addr()+"/"+version+"/"+cluster,
				strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			reply, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(reply.Body)
			_ = reply.Body.Close()
			if reply.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), "INVALID_ARGUMENT") {
				t.Errorf("%s %s: HTTP %d %s", version, setting, reply.StatusCode, text)
			}
		}
	}
	if history := s.GKE().History(cluster); len(history) != 2 {
		t.Errorf("the cluster went through %v", history)
	}
}
