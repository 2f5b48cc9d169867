package transport

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
)

// oldPath matches the paths of Binary Authorization's v1beta1 and v1alpha2, but not of GKE's
// v1beta1. gcloud changes IAM bindings through v1alpha2 and signs attestations through v1beta1.
var oldPath = regexp.MustCompile(`^/(?:v1beta1|v1alpha2)(/(?:projects/[^/:]+/(?:attestors|policy)|locations/[^/:]+/policy)(?:[/:].*)?)$`)

// The only field with another name in the old versions, as a key in JSON.
var (
	oldNote = regexp.MustCompile(`"(?:userOwnedDrydockNote|user_owned_drydock_note)"(\s*:)`)
	newNote = regexp.MustCompile(`"(userOwnedGrafeasNote|user_owned_grafeas_note)"(\s*:)`)
)

// takeOldVersion converts a request to an old version of Binary Authorization into one to v1. All
// have the same state. It reports whether r was one, and an error in it.
func takeOldVersion(r *http.Request) (bool, error) {
	parts := oldPath.FindStringSubmatch(r.URL.Path)
	if parts == nil {
		return false, nil
	}
	r.URL.Path, r.URL.RawPath = "/v1"+parts[1], ""
	body, _ := io.ReadAll(r.Body) // other code reports missing parts
	if name := newNote.FindSubmatch(body); name != nil {
		return true, unknownName(string(name[1]))
	}
	body = oldNote.ReplaceAll(body, []byte(`"userOwnedGrafeasNote"$1`))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return true, nil
}

// putOldVersion converts an answer of v1 to the names of the old versions.
func putOldVersion(a *recorder) {
	body := newNote.ReplaceAll(a.body.Bytes(), []byte(`"userOwnedDrydockNote"$2`))
	a.body.Reset()
	a.body.Write(body)
}
