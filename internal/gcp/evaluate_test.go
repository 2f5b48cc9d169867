package gcp

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

var evaluated = resname.PlatformPolicy{Project: "demo", Platform: resname.PlatformGKE, ID: "production"}

// TestEvaluatePlatformPolicy: the request contains the object unchanged. The reply's indexes, texts
// in the API, are parsed.
func TestEvaluatePlatformPolicy(t *testing.T) {
	t.Parallel()
	const object = `{"kind":"Pod","spec":{"hostPID":true}}`
	var asked struct {
		Resource json.RawMessage `json:"resource"`
	}
	c, _, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/v1/projects/demo/platforms/gke/policies/production:evaluate" {
			t.Errorf("%s %s", r.Method, r.URL.Path)
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		said(http.StatusOK, "application/json",
			`{"verdict": "NON_CONFORMANT", "results": [{"podName": "p", "verdict": "NON_CONFORMANT", "imageResults": [
			{"imageUri": "i", "verdict": "NON_CONFORMANT",
			"checkSetResult": {"index": "1", "checkResults": {"results": [{"index": "2", "type": "SlsaCheck"}]}}}]}]}`)(w, r)
	})
	reply, err := c.EvaluatePlatformPolicy(t.Context(), evaluated, json.RawMessage(object))
	if err != nil {
		t.Fatal(err)
	}
	set := reply.Results[0].ImageResults[0].CheckSetResult
	if reply.Verdict != "NON_CONFORMANT" || set.Index != 1 || set.CheckResults.Results[0].Index != 2 || string(asked.Resource) != object {
		t.Errorf("%+v for %s", set, asked.Resource)
	}
}

// TestEvaluatePlatformPolicyThatFails: an evaluation changes nothing, so temporary errors are
// retried; a permanent one has a remedy.
func TestEvaluatePlatformPolicyThatFails(t *testing.T) {
	t.Parallel()
	refused := func(code int, status string) http.HandlerFunc {
		return said(code, "application/json", fmt.Sprintf(`{"error": {"code": %d, "message": "No.", "status": %q}}`, code, status))
	}
	for name, c := range map[string]struct {
		first http.HandlerFunc
		calls int32
		kind  Kind
		words string
	}{
		"unavailable":       {refused(http.StatusServiceUnavailable, "UNAVAILABLE"), 2, "", ""},
		"a quota":           {refused(http.StatusTooManyRequests, "RESOURCE_EXHAUSTED"), 2, "", ""},
		"a page of a proxy": {said(http.StatusOK, "text/html", "<html>"), 1, KindFailed, "text/html"},
		"a missing policy":  {refused(http.StatusNotFound, "NOT_FOUND"), 1, KindNotFound, "not found (EvaluateGkePolicy)"},
		"another object":    {refused(http.StatusBadRequest, "INVALID_ARGUMENT"), 1, KindInvalid, "No."},
		"without permission": {
			refused(http.StatusForbidden, "PERMISSION_DENIED"), 1, KindDenied, "roles/binaryauthorization.policyEvaluator",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := true
			clients, _, count := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if first {
					first = false
					c.first(w, r)
					return
				}
				said(http.StatusOK, "application/json", `{"verdict": "CONFORMANT"}`)(w, r)
			})
			reply, err := clients.EvaluatePlatformPolicy(t.Context(), evaluated, json.RawMessage(`{}`))
			if count.Load() != c.calls {
				t.Errorf("%d calls", count.Load())
			}
			if c.words == "" {
				if err != nil || reply.Verdict != "CONFORMANT" {
					t.Error(reply, err)
				}
				return
			}
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Kind != c.kind || !strings.Contains(e.Error()+e.Remedy, c.words) || e.Resource != evaluated.String() {
				t.Errorf("%#v", err)
			}
		})
	}
}
