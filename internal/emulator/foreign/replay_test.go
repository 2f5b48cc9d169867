package foreign_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	cluster    = "projects/demo/locations/us-central1/clusters/prod"
	signingKey = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci"
)

// start is the emulator every transcript begins with.
func start(t *testing.T) *emulator.Server {
	t.Helper()
	s, err := emulator.Start(emulator.Options{Clusters: []string{cluster}, KMSKeys: []string{signingKey}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestReplay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			exchanges, err := parse(string(text))
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			v := values{"host": start(t).Addr()}
			for _, x := range exchanges {
				v.replay(t, x)
			}
		})
	}
}

// replay sends a request and compares the answer.
func (v values) replay(t *testing.T, x *exchange) {
	t.Helper()
	status, answer := v.send(t, x)
	if status != x.status {
		t.Fatalf("line %d, %s: %s %s: status %d, want %d: %s", x.line, x.what, x.method, x.path, status, x.status, answer)
	}
	if x.answer == "" {
		return
	}
	var want, got any
	if err := json.Unmarshal([]byte(x.answer), &want); err != nil {
		t.Fatalf("line %d: the answer in the transcript is no JSON: %v", x.line, err)
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Fatalf("line %d: the answer %q is no JSON: %v", x.line, answer, err)
	}
	if err := v.match("", want, got); err != nil {
		t.Fatalf("line %d, %s: %s %s: %v", x.line, x.what, x.method, x.path, err)
	}
}

func (v values) send(t *testing.T, x *exchange) (status int, answer []byte) {
	t.Helper()
	path, err := v.fill(x.path, false)
	if err != nil {
		t.Fatalf("line %d: %v", x.line, err)
	}
	body, err := v.fill(x.body, true)
	if err != nil {
		t.Fatalf("line %d: %v", x.line, err)
	}
	request, err := http.NewRequestWithContext(t.Context(), x.method, "http://"+v["host"]+path, strings.NewReader(body))
	if err != nil {
		t.Fatalf("line %d: %v", x.line, err)
	}
	request.Header = x.header
	reply, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		t.Fatalf("line %d: %v", x.line, err)
	}
	defer func() { _ = reply.Body.Close() }()
	if answer, err = io.ReadAll(reply.Body); err != nil {
		t.Fatalf("line %d: %v", x.line, err)
	}
	return reply.StatusCode, answer
}
