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
	oldNote = regexp.MustCompile(`"userOwnedDrydockNote"(\s*:)`)
	newNote = regexp.MustCompile(`"userOwnedGrafeasNote"(\s*:)`)
)

// takeOldVersion converts a request to an old version of Binary Authorization into one to v1. All
// have the same state. It reports whether r was one.
func takeOldVersion(r *http.Request) bool {
	parts := oldPath.FindStringSubmatch(r.URL.Path)
	if parts == nil {
		return false
	}
	r.URL.Path, r.URL.RawPath = "/v1"+parts[1], ""
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return true // the transcoder finds an empty body
	}
	body = oldNote.ReplaceAll(body, []byte(`"userOwnedGrafeasNote"$1`))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return true
}

// putOldVersion converts an answer of v1 to the names of the old versions.
func putOldVersion(a *recorder) {
	body := newNote.ReplaceAll(a.body.Bytes(), []byte(`"userOwnedDrydockNote"$1`))
	a.body.Reset()
	a.body.Write(body)
}
