package emulator_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	containeranalysis "google.golang.org/api/containeranalysis/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// post sends a body to one of the emulator's own methods and returns the status and the answer.
func post(t *testing.T, s *emulator.Server, path, body string) (code int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.Addr()+path, strings.NewReader(body))
	check(t, err)
	r.Header.Set("Content-Type", "application/json")
	reply, err := plain.Do(r)
	check(t, err)
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	check(t, err)
	return reply.StatusCode, string(text)
}

// TestScansAndBuildsOverHTTP makes them as users without an account do, and reads them with
// Google's client.
func TestScansAndBuildsOverHTTP(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	const images = "/emulator/v1/projects/demo/images:"
	for _, sent := range []struct {
		path, body string
		code       int
	}{
		{
			"scan",
			`{"image":"` + image +
				`","status":"FINISHED_SUCCESS","findings":[{"cve":"CVE-2026-1","severity":"HIGH","package":"zlib","fixAvailable":true}]}`,
			200,
		},
		{"build", `{"image":"` + image + `","source":"https://github.com/a/b","configBased":true,"format":"v1.0"}`, 200},
		{"build", `{"image":"` + image + `","source":"https://github.com/a/b","format":"v0.1"}`, 200},
		{"scan", `{"image":"` + image + `","odd":1}`, 400},
		{"scan", `{"image":"` + image + `","after":"soon"}`, 400},
		{"scan", `{"image":"web"}`, 400},
		{"build", `{"image":"web"}`, 400},
		{"build", `{`, 400},
		{"scrub", `{"image":"` + image + `"}`, 404},
	} {
		if code, answer := post(t, s, images+sent.path, sent.body); code != sent.code {
			t.Errorf("%s %s: %d %s", sent.path, sent.body, code, answer)
		}
	}
	c, err := containeranalysis.NewService(t.Context(), rest(t, s)...)
	check(t, err)
	all, err := c.Projects.Occurrences.List("projects/demo").Context(t.Context()).Do()
	check(t, err)
	kinds := map[string]int{}
	for _, o := range all.Occurrences {
		kinds[o.Kind]++
		if o.Build != nil && o.Build.InTotoSlsaProvenanceV1 != nil &&
			o.Build.InTotoSlsaProvenanceV1.Type != "https://in-toto.io/Statement/v1" {
			t.Errorf("%+v", o.Build.InTotoSlsaProvenanceV1)
		}
	}
	if len(all.Occurrences) != 4 || kinds["DISCOVERY"] != 1 || kinds["VULNERABILITY"] != 1 || kinds["BUILD"] != 2 {
		t.Errorf("%v", kinds)
	}
	if code, answer := post(t, s, images+"scan", `{"image":"`+image+`","after":"1h"}`); code != 200 {
		t.Errorf("%d %s", code, answer)
	}
	all, err = c.Projects.Occurrences.List("projects/demo").Filter(`kind="DISCOVERY"`).Context(t.Context()).Do()
	if err != nil || all.Occurrences[0].Discovery.AnalysisStatus != "SCANNING" {
		t.Errorf("%+v, %v", all, err)
	}
}
