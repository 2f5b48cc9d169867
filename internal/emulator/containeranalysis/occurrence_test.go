package containeranalysis_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/iam/apiv1/iampb"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

var occurrenceForm = regexp.MustCompile(`^projects/demo/occurrences/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)

func TestOccurrenceLife(t *testing.T) {
	t.Parallel()
	b := start(t)
	ctx, note := deadline(t), b.addNote(t, "built").GetName()
	o := b.attest(t, "projects/demo", attestation(note, image, "payload"))
	id := occurrenceForm.FindStringSubmatch(o.GetName())
	if id == nil || o.GetKind() != grafeaspb.NoteKind_ATTESTATION || o.GetCreateTime() == nil ||
		!proto.Equal(o.GetCreateTime(), o.GetUpdateTime()) {
		t.Fatalf("created: %v", o)
	}
	got, err := b.notes.GetOccurrence(ctx, &grafeaspb.GetOccurrenceRequest{Name: o.GetName()})
	if err != nil || !proto.Equal(got, o) {
		t.Errorf("%v, %v", got, err)
	}
	n, err := b.notes.GetOccurrenceNote(ctx, &grafeaspb.GetOccurrenceNoteRequest{Name: o.GetName()})
	if err != nil || n.GetName() != note {
		t.Errorf("%v, %v", n, err)
	}
	_, err = b.notes.CreateOccurrence(ctx, &grafeaspb.CreateOccurrenceRequest{
		Parent:     "projects/demo",
		Occurrence: attestation(note, image, "payload"),
	})
	want(t, err, codes.AlreadyExists, `occurrence ID "`+id[1]+`" already exists`)
	b.attest(t, "projects/demo", attestation(note, image, "other payload"))
	b.attest(t, "projects/demo", attestation(note, otherImage, "payload"))
	b.attest(t, "projects/demo", attestation(note, strings.TrimPrefix(image, "https://"), "payload")) // as gcloud does
	b.attest(t, "projects/demo", attestation(b.addNote(t, "tested").GetName(), image, "payload"))
	b.attest(t, "projects/other", attestation(note, image, "payload"))
	if err := b.notes.DeleteOccurrence(ctx, &grafeaspb.DeleteOccurrenceRequest{Name: o.GetName()}); err != nil {
		t.Error(err)
	}
	_, err = b.notes.GetOccurrence(ctx, &grafeaspb.GetOccurrenceRequest{Name: o.GetName()})
	want(t, err, codes.NotFound, "Requested entity was not found")
	want(t, b.notes.DeleteOccurrence(ctx, &grafeaspb.DeleteOccurrenceRequest{Name: o.GetName()}), codes.NotFound)
	b.attest(t, "projects/demo", attestation(note, image, "payload"))
}

func TestCreateOccurrenceRefuses(t *testing.T) {
	t.Parallel()
	b := start(t)
	note := b.addNote(t, "built").GetName()
	build := &grafeaspb.Occurrence{
		ResourceUri: image,
		NoteName:    note,
		Details:     &grafeaspb.Occurrence_Build{Build: &grafeaspb.BuildOccurrence{}},
	}
	unsigned := attestation(note, image, "payload")
	unsigned.GetAttestation().Signatures = nil
	for name, c := range map[string]struct {
		occurrence *grafeaspb.Occurrence
		code       codes.Code
	}{
		"no occurrence": {nil, codes.InvalidArgument},
		"no resource":   {attestation(note, "", "payload"), codes.InvalidArgument},
		"no note name":  {attestation("", image, "payload"), codes.InvalidArgument},
		"bad note name": {attestation("built", image, "payload"), codes.InvalidArgument},
		"no such note":  {attestation(note+"x", image, "payload"), codes.NotFound},
		"other kind":    {build, codes.InvalidArgument},
		"no details":    {&grafeaspb.Occurrence{ResourceUri: image, NoteName: note}, codes.InvalidArgument},
		"no digest":     {attestation(note, "https://us-docker.pkg.dev/demo/app/web:v1", "payload"), codes.InvalidArgument},
		"other scheme":  {attestation(note, strings.Replace(image, "https://", "docker://", 1), "payload"), codes.InvalidArgument},
		"short digest":  {attestation(note, image[:len(image)-1], "payload"), codes.InvalidArgument},
		"no payload":    {attestation(note, image, ""), codes.InvalidArgument},
		"no signature":  {unsigned, codes.InvalidArgument},
	} {
		_, err := b.notes.CreateOccurrence(deadline(t),
			&grafeaspb.CreateOccurrenceRequest{Parent: "projects/demo", Occurrence: c.occurrence})
		t.Log(name)
		want(t, err, c.code)
	}
	jwt := attestation(note, image, "")
	jwt.GetAttestation().Signatures, jwt.GetAttestation().Jwts = nil, []*grafeaspb.Jwt{{CompactJwt: "a.b.c"}}
	b.attest(t, "projects/demo", jwt)
}

func TestBatchOfOccurrencesIsAllOrNothing(t *testing.T) {
	t.Parallel()
	b := start(t)
	ctx, note := deadline(t), b.addNote(t, "built").GetName()
	first, second := attestation(note, image, "1"), attestation(note, image, "2")
	_, err := b.notes.BatchCreateOccurrences(ctx, &grafeaspb.BatchCreateOccurrencesRequest{
		Parent:      "projects/demo",
		Occurrences: []*grafeaspb.Occurrence{first, second, first},
	})
	want(t, err, codes.AlreadyExists)
	if got := b.list(t, ""); len(got) != 0 {
		t.Errorf("%d occurrences of a failed batch", len(got))
	}
	added, err := b.notes.BatchCreateOccurrences(ctx, &grafeaspb.BatchCreateOccurrencesRequest{
		Parent:      "projects/demo",
		Occurrences: []*grafeaspb.Occurrence{first, second},
	})
	if err != nil || len(added.GetOccurrences()) != 2 {
		t.Errorf("%v, %v", added, err)
	}
	_, err = b.notes.BatchCreateOccurrences(ctx, &grafeaspb.BatchCreateOccurrencesRequest{Parent: "projects/demo"})
	want(t, err, codes.InvalidArgument)
}

func TestUpdateOccurrence(t *testing.T) {
	t.Parallel()
	b := start(t)
	note := b.addNote(t, "built").GetName()
	other := b.addNote(t, "other").GetName()
	o := b.attest(t, "projects/demo", attestation(note, image, "payload"))
	update := func(sent *grafeaspb.Occurrence, paths ...string) (*grafeaspb.Occurrence, error) {
		r := &grafeaspb.UpdateOccurrenceRequest{Name: o.GetName(), Occurrence: sent}
		if paths != nil {
			r.UpdateMask = &fieldmaskpb.FieldMask{Paths: paths}
		}
		return b.notes.UpdateOccurrence(deadline(t), r)
	}
	got, err := update(&grafeaspb.Occurrence{NoteName: note, Remediation: "sign"}, "remediation")
	if err != nil || got.GetRemediation() != "sign" || string(got.GetAttestation().GetSerializedPayload()) != "payload" {
		t.Errorf("%v, %v", got, err)
	}
	got, err = update(attestation(note, image, "second"))
	if err != nil || got.GetRemediation() != "sign" || string(got.GetAttestation().GetSerializedPayload()) != "second" {
		t.Errorf("%v, %v", got, err)
	}
	_, err = update(&grafeaspb.Occurrence{Remediation: "x"}, "remediation")
	want(t, err, codes.InvalidArgument, "note")
	_, err = update(&grafeaspb.Occurrence{NoteName: other, Remediation: "x"})
	want(t, err, codes.InvalidArgument, "note_name may not be changed")
	_, err = update(&grafeaspb.Occurrence{NoteName: other, Remediation: "x"}, "remediation")
	want(t, err, codes.InvalidArgument, "note_name may not be changed")
	_, err = update(&grafeaspb.Occurrence{NoteName: note, ResourceUri: image + "0"})
	want(t, err, codes.InvalidArgument, "resource_uri may not be changed")
	_, err = update(&grafeaspb.Occurrence{NoteName: note}, "attestation")
	want(t, err, codes.InvalidArgument, "kind")
	_, err = update(&grafeaspb.Occurrence{NoteName: note}, "nonsense")
	want(t, err, codes.InvalidArgument, "nonsense")
}

func (b *bench) list(t *testing.T, filter string) []string {
	t.Helper()
	var found []string
	r := &grafeaspb.ListOccurrencesRequest{Parent: "projects/demo", Filter: filter}
	for _, o := range all(t, b.notes.ListOccurrences(deadline(t), r).Next) {
		found = append(found, string(o.GetAttestation().GetSerializedPayload()))
	}
	return found
}

func TestFilters(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.w.PageSize = 2
	built, tested := b.addNote(t, "built").GetName(), b.addNote(t, "tested").GetName()
	const second = "https://gcr.io/demo/web@sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
	b.attest(t, "projects/demo", attestation(built, image, "1"))
	b.attest(t, "projects/demo", attestation(tested, image, "2"))
	b.attest(t, "projects/demo", attestation(built, second, "3"))
	b.attest(t, "projects/other", attestation(built, image, "4"))
	for filter, want := range map[string][]string{
		"":                                     {"1", "2", "3"},
		`kind="ATTESTATION"`:                   {"1", "2", "3"},
		`kind="BUILD"`:                         nil,
		`resourceUrl="` + image + `"`:          {"1", "2"},
		`has_prefix(resourceUrl, "https://g")`: {"3"},
		`has_suffix(resourceUrl, "1bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")`:   {"3"},
		`kind="ATTESTATION" AND resourceUrl="` + image + `"`:                             {"1", "2"},
		`noteProjectId="demo" AND noteId="tested"`:                                       {"2"},
		`noteProjectId="other"`:                                                          nil,
		`  kind = ATTESTATION   AND has_suffix( resource_url ,"a08")  AND noteId=built `: {"1"},
	} {
		if got := b.list(t, filter); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", filter, got, want)
		}
	}
	for _, filter := range []string{
		"kind", `kind="A" OR kind="B"`, `kind="A" kind="B"`, `colour="red"`, `kind="A`, `(kind="A")`,
		`kind="A" AND`, `createTime>"2020"`,
	} {
		_, err := b.notes.ListOccurrences(deadline(t), &grafeaspb.ListOccurrencesRequest{Parent: "projects/demo", Filter: filter}).Next()
		want(t, err, codes.InvalidArgument, "filter")
	}
	for _, parent := range []string{"projects/empty", "projects/demo"} {
		r := &grafeaspb.ListOccurrencesRequest{Parent: parent, Filter: `kind="BUILD" AND colour="red"`}
		_, err := b.notes.ListOccurrences(deadline(t), r).Next()
		want(t, err, codes.InvalidArgument, "colour")
	}
	_, err := b.notes.ListNotes(deadline(t), &grafeaspb.ListNotesRequest{Parent: "projects/empty", Filter: `resourceUrl="x"`}).Next()
	want(t, err, codes.InvalidArgument, "resourceUrl")
	var ofNote []string
	for _, o := range all(t, b.notes.ListNoteOccurrences(deadline(t), &grafeaspb.ListNoteOccurrencesRequest{Name: built}).Next) {
		ofNote = append(ofNote, string(o.GetAttestation().GetSerializedPayload()))
	}
	if !slices.Equal(ofNote, []string{"1", "3", "4"}) {
		t.Errorf("occurrences of the note: %q", ofNote)
	}
	_, err = b.notes.ListNoteOccurrences(deadline(t), &grafeaspb.ListNoteOccurrencesRequest{Name: built + "x"}).Next()
	want(t, err, codes.NotFound)
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	b := start(t)
	note := b.addNote(t, "built").GetName()
	occurrence := b.attest(t, "projects/demo", attestation(note, image, "payload")).GetName()
	bindings := []*iampb.Binding{{Role: "roles/containeranalysis.notes.attacher", Members: []string{"user:a@example.com"}}}
	for _, name := range []string{note, occurrence} {
		ctx := deadline(t)
		if _, err := b.client.SetIamPolicy(ctx, &iampb.SetIamPolicyRequest{
			Resource: name,
			Policy:   &iampb.Policy{Bindings: bindings},
		}); err != nil {
			t.Fatal(err)
		}
		p, err := b.client.GetIamPolicy(ctx, &iampb.GetIamPolicyRequest{Resource: name})
		if err != nil || len(p.GetBindings()) != 1 || !proto.Equal(p.GetBindings()[0], bindings[0]) {
			t.Errorf("%v, %v", p, err)
		}
		granted, err := b.client.TestIamPermissions(ctx, &iampb.TestIamPermissionsRequest{
			Resource:    name,
			Permissions: []string{"containeranalysis.notes.get"},
		})
		if err != nil || len(granted.GetPermissions()) != 1 {
			t.Errorf("%v, %v", granted, err)
		}
		if !b.api.Exists(name) || b.api.Exists(name+"0") {
			t.Errorf("Exists(%s) is wrong", name)
		}
		_, err = b.client.GetIamPolicy(ctx, &iampb.GetIamPolicyRequest{Resource: name + "0"})
		want(t, err, codes.NotFound)
	}
	if err := b.notes.DeleteNote(deadline(t), &grafeaspb.DeleteNoteRequest{Name: note}); err != nil {
		t.Fatal(err)
	}
	b.addNote(t, "built")
	p, err := b.client.GetIamPolicy(deadline(t), &iampb.GetIamPolicyRequest{Resource: note})
	if err != nil || len(p.GetBindings()) != 0 {
		t.Errorf("a note made anew has the policy of the old one: %v, %v", p, err)
	}
	if exists, known := b.api.Owns("projects/demo/attestors/a"); exists || known {
		t.Error("an attestor is owned")
	}
}

func TestOccurrencesOutliveTheirNote(t *testing.T) {
	t.Parallel()
	b := start(t)
	note := b.addNote(t, "built").GetName()
	o := b.attest(t, "projects/demo", attestation(note, image, "payload"))
	if err := b.notes.DeleteNote(deadline(t), &grafeaspb.DeleteNoteRequest{Name: note}); err != nil {
		t.Fatal(err)
	}
	if got := b.list(t, ""); len(got) != 1 {
		t.Errorf("%d occurrences", len(got))
	}
	_, err := b.notes.GetOccurrenceNote(deadline(t), &grafeaspb.GetOccurrenceNoteRequest{Name: o.GetName()})
	want(t, err, codes.NotFound)
}
