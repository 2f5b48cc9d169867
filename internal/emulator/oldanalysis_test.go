package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	analysis "google.golang.org/api/containeranalysis/v1"
	old "google.golang.org/api/containeranalysis/v1beta1"
	"google.golang.org/api/option"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const attested = "https://us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// TestOldAnalysis makes a note and an attestation over v1beta1 of Container Analysis and reads them
// over both versions.
func TestOldAnalysis(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	options := []option.ClientOption{option.WithEndpoint("http://" + s.Addr()), option.WithHTTPClient(plain)}
	before, err := old.NewService(t.Context(), options...)
	if err != nil {
		t.Fatal(err)
	}
	now, err := analysis.NewService(t.Context(), options...)
	if err != nil {
		t.Fatal(err)
	}
	asked := &old.Note{AttestationAuthority: &old.Authority{Hint: &old.Hint{HumanReadableName: "ours"}}}
	note, err := before.Projects.Notes.Create("projects/demo", asked).NoteId("built").Do()
	if err != nil || note.Kind != "ATTESTATION" || note.AttestationAuthority.Hint.HumanReadableName != "ours" {
		t.Fatalf("%+v, %v", note, err)
	}
	asked.AttestationAuthority.Hint.HumanReadableName = "yours"
	note, err = before.Projects.Notes.Patch(note.Name, asked).UpdateMask("attestation_authority.hint.human_readable_name").Do()
	if err != nil || note.AttestationAuthority.Hint.HumanReadableName != "yours" {
		t.Fatalf("%+v, %v", note, err)
	}
	made, err := before.Projects.Occurrences.Create("projects/demo", &old.Occurrence{
		NoteName: note.Name, Resource: &old.Resource{Uri: attested},
		Attestation: &old.Details{Attestation: &old.Attestation{GenericSignedAttestation: &old.GenericSignedAttestation{
			ContentType: "SIMPLE_SIGNING_JSON", SerializedPayload: "cGF5bG9hZA==",
			Signatures: []*old.Signature{{PublicKeyId: "ni:///a", Signature: "c2ln"}},
		}}},
	}).Do()
	if err != nil || made.Resource.Uri != attested ||
		made.Attestation.Attestation.GenericSignedAttestation.ContentType != "SIMPLE_SIGNING_JSON" {
		t.Fatalf("%+v, %v", made, err)
	}
	read, err := now.Projects.Occurrences.Get(made.Name).Do()
	if err != nil || read.ResourceUri != attested || read.Attestation.SerializedPayload != "cGF5bG9hZA==" ||
		read.Attestation.Signatures[0].PublicKeyId != "ni:///a" {
		t.Errorf("v1 has %+v, %v", read, err)
	}
	list, err := before.Projects.Notes.Occurrences.List(note.Name).Do()
	if err != nil || len(list.Occurrences) != 1 ||
		list.Occurrences[0].Attestation.Attestation.GenericSignedAttestation.SerializedPayload != "cGF5bG9hZA==" {
		t.Errorf("%+v, %v", list, err)
	}
	if policy, err := before.Projects.Notes.GetIamPolicy(note.Name, &old.GetIamPolicyRequest{}).Do(); err != nil || policy.Etag == "" {
		t.Errorf("%+v, %v", policy, err)
	}
}

func TestOldAnalysisRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	for _, c := range []struct {
		path, body string
		code       int
		message    string
	}{
		{"notes?noteId=n", `{"attestation":{"hint":{"humanReadableName":"h"}}}`, http.StatusBadRequest, `Unknown name "attestation"`},
		{
			"occurrences", `{"noteName":"projects/p/notes/n","resourceUri":"` + attested + `"}`, http.StatusBadRequest,
			`Unknown name "resourceUri"`,
		},
		{
			"occurrences", `{"attestation":{"attestation":{"pgpSignedAttestation":{"signature":"s"}}}}`, http.StatusNotImplemented,
			"pgpSignedAttestation",
		},
		{"notes?noteId=n", `{"x":1}`, http.StatusBadRequest, `Unknown name "x"`},
	} {
		var e errorAnswer
		code, err := call(t, s, "POST", "/v1beta1/projects/p/"+c.path, c.body, &e)
		if err != nil || code != c.code || !strings.Contains(e.Error.Message, c.message) {
			t.Errorf("%s: %d %+v %v", c.body, code, e, err)
		}
	}
	var e errorAnswer
	if code, err := call(t, s, "GET", "/v1beta1/projects/p/notes/none", "", &e); err != nil || code != 404 ||
		e.Error.Status != "NOT_FOUND" {
		t.Errorf("%d %+v %v", code, e, err)
	}
	if code, err := call(t, s, "GET", "/v1/projects/p/notes/none", "", &e); err != nil || code != 404 {
		t.Errorf("%d %+v %v", code, e, err)
	}
}
