package auditlog_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
)

const (
	image   = "us-docker.pkg.dev/demo/app/web@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	other   = "gcr.io/demo/other:v2"
	webhook = "imagepolicywebhook.image-policy.k8s.io"
	reason  = webhook + "/overridden-verification-result"
	noneOf  = "No attestations found that were valid and signed by a key trusted by the attestor"
)

// recorded is an entry of testdata, in the form of a recording.
type recorded struct {
	Timestamp string            `json:"timestamp"`
	Labels    map[string]string `json:"labels"`
	Resource  struct {
		Labels map[string]string `json:"labels"`
	} `json:"resource"`
	Payload map[string]any `json:"protoPayload"`
}

func load(t *testing.T, name string, changes ...func(*recorded)) auditlog.Entry {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var r recorded
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(&r)
	}
	payload, err := json.Marshal(r.Payload)
	if err != nil {
		t.Fatal(err)
	}
	return auditlog.Entry{Timestamp: r.Timestamp, Labels: r.Labels, Resource: r.Resource.Labels, Payload: payload}
}

// set puts a value at a path of the payload, such as "request.metadata.labels"; nil removes it.
func set(path string, value any) func(*recorded) {
	return func(r *recorded) {
		at, steps := r.Payload, strings.Split(path, ".")
		for _, step := range steps[:len(steps)-1] {
			at = at[step].(map[string]any)
		}
		if value == nil {
			delete(at, steps[len(steps)-1])
			return
		}
		at[steps[len(steps)-1]] = value
	}
}

// labels replaces the webhook's labels of the entry; "" removes a label.
func labels(pairs ...string) func(*recorded) {
	return func(r *recorded) {
		for key := range r.Labels {
			if strings.HasPrefix(key, webhook) {
				delete(r.Labels, key)
			}
		}
		for i := 0; i < len(pairs); i += 2 {
			r.Labels[pairs[i]] = pairs[i+1]
		}
	}
}

// says makes the entry a failure with a reason and a message.
func says(reason, message string) func(*recorded) {
	return func(r *recorded) {
		set("response.reason", reason)(r)
		set("response.message", message)(r)
		set("status.message", message)(r)
	}
}

// images sets the images of the requested pod.
func images(names ...string) func(*recorded) {
	var containers []any
	for i, name := range names {
		containers = append(containers, map[string]any{"name": string(rune('a' + i)), "image": name})
	}
	return set("request.spec.containers", containers)
}
