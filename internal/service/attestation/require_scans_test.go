package attestation

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// scansOf is a Container Analysis with several scans of an image, and no findings. The scans change
// after some looks.
type scansOf struct {
	first, then []string // the states of the scans
	looks       atomic.Int64
}

const looksBefore = 3

func (s *scansOf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var all []string
	if strings.Contains(r.URL.Query().Get("filter"), discovery) {
		states := s.first
		if s.looks.Add(1) > looksBefore && s.then != nil {
			states = s.then
		}
		for i, state := range states {
			status, continuous, _ := strings.Cut(state, " ")
			all = append(all, fmt.Sprintf(`{"name": "projects/demo/occurrences/%d", "kind": "DISCOVERY", "resourceUri": "https://%s", `+
				`"noteName": "projects/goog-analysis/notes/PACKAGE_VULNERABILITY", `+
				`"discovery": {"analysisStatus": %q, "continuousAnalysis": %q}}`, i, scannedImage, status, continuous))
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"occurrences": [%s]}`, strings.Join(all, ","))
}

// TestSeveralScans: the check waits until every scan of the image has ended, up to the time limit.
// Scans that do not agree do not pass.
func TestSeveralScans(t *testing.T) {
	t.Parallel()
	const done = "FINISHED_SUCCESS ACTIVE"
	for name, c := range map[string]struct {
		first, then []string
		limit       time.Duration
		want        []string // nil: it passes
		looks       int64
	}{
		"all have ended":    {[]string{done, done}, nil, time.Minute, nil, 1},
		"one goes on":       {[]string{done, "SCANNING ACTIVE"}, []string{done, done}, time.Minute, nil, looksBefore + 1},
		"one has not begun": {[]string{"FINISHED_SUCCESS INACTIVE", "PENDING ACTIVE"}, []string{done}, time.Minute, nil, looksBefore + 1},
		"one ends in an error": {
			[]string{done, "SCANNING ACTIVE"},
			[]string{done, "FINISHED_FAILED ACTIVE"},
			time.Minute,
			[]string{"several scans with different results", "occurrences/1 is FINISHED_FAILED", nothingSigned, "push the image again"},
			looksBefore + 1,
		},
		"one never ends": {
			[]string{"SCANNING ACTIVE", done},
			nil, 200 * time.Millisecond,
			[]string{"timed out", "the time limit was reached", "the vulnerability scan in project demo is SCANNING"},
			0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scans := &scansOf{first: c.first, then: c.then}
			server := httptest.NewServer(scans)
			t.Cleanup(server.CloseClientConnections)
			t.Cleanup(server.Close)
			clients := gcp.New(gcp.Config{
				EmulatorHost: server.Listener.Addr().String(), Pause: time.Millisecond, PollInterval: time.Millisecond,
			})
			d := &demand{clients: clients, image: scannedImage, otherwise: nothingSigned}
			d.add(checkOfScans("demo"))
			ctx, cancel := context.WithTimeout(t.Context(), c.limit)
			defer cancel()
			err := d.met(ctx, nil)
			if (err == nil) != (c.want == nil) {
				t.Fatal(err)
			}
			for _, words := range c.want {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%v, want %q", err, words)
				}
			}
			if looks := scans.looks.Load(); c.looks > 0 && looks != c.looks {
				t.Errorf("%d looks, want %d", looks, c.looks)
			}
		})
	}
}
