package emulator_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestWhatGooglesFrontEndTakes has the requests of published tutorials: a trailing slash in the
// path, single quotes in the JSON. Methods from protobufs and routes accept them.
func TestWhatGooglesFrontEndTakes(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Clusters: []string{cluster}})
	for _, c := range []struct{ method, path, body string }{
		{
			"POST", "/v1/projects/p/notes/?noteId=n",
			`{'name': 'projects/p/notes/n', 'attestation': {'hint': {'human_readable_name': "it's ours"}}}`,
		},
		{"GET", "/v1/projects/p/notes/n/", ""},
		{"POST", "/v1/projects/p/attestors/?attestorId=a", `{'userOwnedGrafeasNote': {'noteReference': 'projects/p/notes/n'}}`},
		{"GET", "/v1beta1/projects/p/attestors/a/", ""},
		{"POST", "/v1/projects/p/platforms/gke/policies/?policyId=x", `{'gkePolicy': {}}`},
		{
			"PUT", "/v1beta1/" + cluster + "/",
			`{'update': {'desiredBinaryAuthorization': {'evaluationMode': 'PROJECT_SINGLETON_POLICY_ENFORCE'}}}`,
		},
		{"GET", "/v1/" + cluster + "/", ""},
	} {
		var answer map[string]any
		if code, err := call(t, s, c.method, c.path, c.body, &answer); err != nil || code != 200 {
			t.Errorf("%s %s: %d %v %v", c.method, c.path, code, answer, err)
		}
	}
	var note struct {
		Attestation struct {
			Hint struct{ HumanReadableName string }
		}
	}
	if _, err := call(t, s, "GET", "/v1/projects/p/notes/n", "", &note); err != nil ||
		note.Attestation.Hint.HumanReadableName != "it's ours" {
		t.Errorf("the note is %+v, %v", note, err)
	}
	for _, path := range []string{"/", "//", "/v1/projects/p/notes//?noteId=m"} {
		var e errorAnswer
		if code, err := call(t, s, "POST", path, "{}", &e); err != nil || code != 404 {
			t.Errorf("%s: %d %+v %v", path, code, e, err)
		}
	}
}
