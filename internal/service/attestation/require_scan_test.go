package attestation

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// TestOnlyGooglesScanEndsTheWait: an occurrence on another note neither starts nor ends the wait
// for a scan.
func TestOnlyGooglesScanEndsTheWait(t *testing.T) {
	t.Parallel()
	on := func(project, status string) conformance.Occurrence {
		return conformance.Occurrence{
			NoteName:  "projects/" + project + "/notes/PACKAGE_VULNERABILITY",
			Discovery: &conformance.DiscoveryDetail{AnalysisStatus: status},
		}
	}
	const google, done, pending = "goog-analysis", "FINISHED_SUCCESS", "PENDING"
	for name, c := range map[string]struct {
		found [][]conformance.Occurrence
		want  string
	}{
		"nothing":     {[][]conformance.Occurrence{nil, nil}, "no vulnerability scan in a, b"},
		"forged only": {[][]conformance.Occurrence{{on("me", done)}, nil}, "no vulnerability scan in a, b"},
		"pending":     {[][]conformance.Occurrence{nil, {on(google, pending)}}, "the vulnerability scan in project b is PENDING"},
		"pending, and forged": {
			[][]conformance.Occurrence{{on("me", done), on(google, pending)}, nil}, "the vulnerability scan in project a is PENDING",
		},
		"finished": {[][]conformance.Occurrence{{on("me", pending), on(google, done)}, nil}, ""},
	} {
		got := unfinished(c.found, "image", []string{"a", "b"})
		if (got == nil) != (c.want == "") || got != nil && !strings.Contains(got.Message, c.want) {
			t.Errorf("%s: %v, want %q", name, got, c.want)
		}
	}
}
