package emulator_test

import (
	"net/http"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

type oldAttestor struct {
	Description          string
	Etag                 string
	UserOwnedDrydockNote struct{ NoteReference string }
	UserOwnedGrafeasNote any
}

// TestOldVersions calls a field by its old name in both old versions and reads the same attestor
// with v1.
func TestOldVersions(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Clusters: []string{cluster}})
	for _, version := range []string{"v1beta1", "v1alpha2"} {
		path := "/" + version + "/projects/p/attestors"
		var made oldAttestor
		// The name in the description is no key, and stays.
		code, err := call(t, s, "POST", path+"?attestorId="+version,
			`{"description":"\"userOwnedGrafeasNote\":","userOwnedDrydockNote" : {"noteReference":"projects/p/notes/n"}}`, &made)
		check(t, err)
		if code != http.StatusOK || made.UserOwnedDrydockNote.NoteReference != "projects/p/notes/n" || made.UserOwnedGrafeasNote != nil {
			t.Errorf("%s: %d %+v", version, code, made)
		}
		var v1 oldAttestor
		code, err = call(t, s, "GET", "/v1/projects/p/attestors/"+version, "", &v1)
		check(t, err)
		if code != http.StatusOK || v1.UserOwnedGrafeasNote == nil || v1.Description != `"userOwnedGrafeasNote":` {
			t.Errorf("%s: %d %+v", version, code, v1)
		}
		var iam struct{ Etag string }
		if code, err := call(t, s, "GET", path+"/"+version+":getIamPolicy", "", &iam); code != http.StatusOK || err != nil ||
			iam.Etag == "" {
			t.Errorf("%s: %d %+v %v", version, code, iam, err)
		}
	}
	var found struct{ Name string }
	if code, err := call(t, s, "GET", "/v1beta1/"+cluster, "", &found); code != http.StatusOK || err != nil || found.Name != "prod" {
		t.Errorf("GKE's v1beta1: %d %+v %v", code, found, err)
	}
}

// TestEmptyStringForEmptyMessage is google-gax's REST request for a key ring without fields.
func TestEmptyStringForEmptyMessage(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	var ring struct{ Name string }
	code, err := call(t, s, "POST", "/v1/projects/p/locations/global/keyRings?keyRingId=r", `""`, &ring)
	if code != http.StatusOK || err != nil || ring.Name != "projects/p/locations/global/keyRings/r" {
		t.Errorf("%d %+v %v", code, ring, err)
	}
}
