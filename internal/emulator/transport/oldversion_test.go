package transport

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// TestNoteOfOldVersions: the old versions have only the old name of the note, in both spellings.
func TestNoteOfOldVersions(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"userOwnedDrydockNote":{}}`:    `{"userOwnedGrafeasNote":{}}`,
		`{"user_owned_drydock_note":{}}`: `{"userOwnedGrafeasNote":{}}`,
		`{"userOwnedGrafeasNote":{}}`:    "",
		`{"user_owned_grafeas_note":{}}`: "",
		`{"description":"userOwnedGrafeasNote","x":"\"userOwnedGrafeasNote\":"}`: `{"description":"userOwnedGrafeasNote",` +
			`"x":"\"userOwnedGrafeasNote\":"}`,
	} {
		for _, version := range []string{"v1beta1", "v1alpha2"} {
			r := httptest.NewRequest(http.MethodPut, "/"+version+"/projects/p/attestors/a", strings.NewReader(body))
			old, err := takeOldVersion(r)
			if want == "" {
				if !old || status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), "Unknown name") {
					t.Errorf("%s %s: %t, %v", version, body, old, err)
				}
				continue
			}
			got, readErr := io.ReadAll(r.Body)
			if !old || err != nil || readErr != nil || string(got) != want || r.URL.Path != "/v1/projects/p/attestors/a" {
				t.Errorf("%s %s: %s, %t, %v", version, body, got, old, err)
			}
		}
	}
}
