package containeranalysis_test

import (
	"fmt"
	"testing"
	"time"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// TestEveryMethodIsRegistered fails if Google's protobuf has a method missing from the written-out
// description.
func TestEveryMethodIsRegistered(t *testing.T) {
	t.Parallel()
	b := start(t)
	for name, info := range b.server.GetServiceInfo() {
		d, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := len(info.Methods), d.(protoreflect.ServiceDescriptor).Methods().Len(); got != want {
			t.Errorf("%s has %d methods, want %d", name, got, want)
		}
		if info.Metadata != d.ParentFile().Path() {
			t.Errorf("%s is said to be in %v, is in %s", name, info.Metadata, d.ParentFile().Path())
		}
		for _, m := range info.Methods {
			if d.(protoreflect.ServiceDescriptor).Methods().ByName(protoreflect.Name(m.Name)) == nil {
				t.Errorf("%s has no method %s", name, m.Name)
			}
		}
	}
}

func TestNoteLife(t *testing.T) {
	t.Parallel()
	b := start(t)
	now := time.Date(2026, 1, 2, 3, 4, 5, 6789, time.UTC)
	b.w.Clock = func() time.Time { return now }
	ctx, name := deadline(t), "projects/demo/notes/built"
	_, err := b.notes.GetNote(ctx, &grafeaspb.GetNoteRequest{Name: name})
	want(t, err, codes.NotFound, "Requested entity was not found")
	n := b.addNote(t, "built")
	if n.GetName() != name || n.GetKind() != grafeaspb.NoteKind_ATTESTATION ||
		!n.GetCreateTime().AsTime().Equal(now.Truncate(time.Microsecond)) ||
		!proto.Equal(n.GetCreateTime(), n.GetUpdateTime()) {
		t.Errorf("created: %v", n)
	}
	_, err = b.notes.CreateNote(ctx, &grafeaspb.CreateNoteRequest{Parent: "projects/demo", NoteId: "built", Note: attestationNote("x")})
	want(t, err, codes.AlreadyExists, `note ID "built" already exists`)
	got, err := b.notes.GetNote(ctx, &grafeaspb.GetNoteRequest{Name: "projects/" + b.w.ProjectNumber("demo") + "/notes/built"})
	if err != nil || !proto.Equal(got, n) {
		t.Errorf("by project number: %v, %v", got, err)
	}
	now = now.Add(time.Hour)
	update := &grafeaspb.UpdateNoteRequest{
		Name: name,
		Note: &grafeaspb.Note{ShortDescription: "short", Name: "projects/x/notes/y", Kind: grafeaspb.NoteKind_BUILD},
	}
	got, err = b.notes.UpdateNote(ctx, update)
	if err != nil || got.GetShortDescription() != "short" || got.GetAttestation().GetHint().GetHumanReadableName() != "built" ||
		got.GetName() != name || got.GetKind() != grafeaspb.NoteKind_ATTESTATION || !proto.Equal(got.GetCreateTime(), n.GetCreateTime()) ||
		got.GetUpdateTime().AsTime().Sub(got.GetCreateTime().AsTime()) != time.Hour {
		t.Errorf("updated without a mask: %v, %v", got, err)
	}
	remove := &grafeaspb.DeleteNoteRequest{Name: name}
	want(t, b.notes.DeleteNote(ctx, remove), codes.OK)
	want(t, b.notes.DeleteNote(ctx, remove), codes.NotFound)
}

func TestUpdateNoteWithMask(t *testing.T) {
	t.Parallel()
	b := start(t)
	name := b.addNote(t, "built").GetName()
	update := func(n *grafeaspb.Note, paths ...string) (*grafeaspb.Note, error) {
		return b.notes.UpdateNote(deadline(t), &grafeaspb.UpdateNoteRequest{
			Name:       name,
			Note:       n,
			UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
		})
	}
	full := attestationNote("second")
	full.ShortDescription, full.LongDescription = "short", "long"
	n, err := update(full, "long_description", "attestation.hint.human_readable_name", "update_time")
	if err != nil || n.GetShortDescription() != "" || n.GetLongDescription() != "long" ||
		n.GetAttestation().GetHint().GetHumanReadableName() != "second" {
		t.Errorf("%v, %v", n, err)
	}
	n, err = update(&grafeaspb.Note{}, "long_description")
	if err != nil || n.GetLongDescription() != "" {
		t.Errorf("an empty field in the mask is cleared: %v, %v", n, err)
	}
	n, err = update(&grafeaspb.Note{RelatedUrl: []*grafeaspb.RelatedUrl{{Url: "https://example.com"}}}, "related_url")
	if err != nil || len(n.GetRelatedUrl()) != 1 {
		t.Errorf("%v, %v", n, err)
	}
	build := &grafeaspb.Note{Type: &grafeaspb.Note_Build{Build: &grafeaspb.BuildNote{BuilderVersion: "1"}}}
	for name, c := range map[string]struct {
		note *grafeaspb.Note
		path string
	}{
		"unknown field":       {full, "attestation_authority"},
		"into a scalar":       {full, "long_description.x"},
		"into a list":         {full, "related_url.url"},
		"another kind":        {build, "build"},
		"another kind inside": {build, "build.builder_version"},
		"no kind":             {&grafeaspb.Note{}, "attestation"},
		"no hint":             {&grafeaspb.Note{}, "attestation.hint"},
	} {
		_, err := update(c.note, c.path)
		t.Log(name)
		want(t, err, codes.InvalidArgument)
	}
	if _, err := update(full, "attestation.hint"); err != nil {
		t.Error(err)
	}
	_, err = update(nil, "long_description")
	want(t, err, codes.InvalidArgument)
}

func TestCreateNoteRefuses(t *testing.T) {
	t.Parallel()
	b := start(t)
	for name, c := range map[string]struct {
		parent, id string
		note       *grafeaspb.Note
	}{
		"no id":       {"projects/demo", "", attestationNote("x")},
		"bad id":      {"projects/demo", "a/b", attestationNote("x")},
		"no project":  {"demo", "a", attestationNote("x")},
		"location":    {"projects/demo/locations/us", "a", attestationNote("x")},
		"no kind":     {"projects/demo", "a", &grafeaspb.Note{ShortDescription: "x"}},
		"no note":     {"projects/demo", "a", nil},
		"no hint":     {"projects/demo", "a", attestationNote("")},
		"only a kind": {"projects/demo", "a", &grafeaspb.Note{Kind: grafeaspb.NoteKind_ATTESTATION}},
	} {
		_, err := b.notes.CreateNote(deadline(t), &grafeaspb.CreateNoteRequest{Parent: c.parent, NoteId: c.id, Note: c.note})
		t.Log(name)
		want(t, err, codes.InvalidArgument)
	}
}

func TestEveryKindOfNote(t *testing.T) {
	t.Parallel()
	b := start(t)
	note := (&grafeaspb.Note{}).ProtoReflect()
	members := note.Descriptor().Oneofs().ByName("type").Fields()
	for i := range members.Len() {
		n := note.New()
		n.Mutable(members.Get(i))
		sent := n.Interface().(*grafeaspb.Note)
		if sent.GetAttestation() != nil {
			sent = attestationNote("x")
		}
		got, err := b.notes.CreateNote(deadline(t), &grafeaspb.CreateNoteRequest{
			Parent: "projects/demo",
			NoteId: fmt.Sprint(i),
			Note:   sent,
		})
		if err != nil || got.GetKind() == grafeaspb.NoteKind_NOTE_KIND_UNSPECIFIED {
			t.Errorf("%s: %v, %v", members.Get(i).Name(), got, err)
		}
	}
}

func TestListNotes(t *testing.T) {
	t.Parallel()
	b := start(t)
	ctx, batch := deadline(t), map[string]*grafeaspb.Note{}
	for i := range 45 {
		batch[fmt.Sprintf("n%02d", i)] = attestationNote("x")
	}
	added, err := b.notes.BatchCreateNotes(ctx, &grafeaspb.BatchCreateNotesRequest{Parent: "projects/demo", Notes: batch})
	if err != nil || len(added.GetNotes()) != 45 {
		t.Fatalf("%v, %v", added, err)
	}
	_, err = b.notes.BatchCreateNotes(ctx, &grafeaspb.BatchCreateNotesRequest{
		Parent: "projects/demo",
		Notes:  map[string]*grafeaspb.Note{"new": attestationNote("x"), "n00": attestationNote("x")},
	})
	want(t, err, codes.AlreadyExists, `"n00"`)
	_, err = b.notes.BatchCreateNotes(ctx, &grafeaspb.BatchCreateNotesRequest{Parent: "projects/demo"})
	want(t, err, codes.InvalidArgument)
	if _, err := b.notes.CreateNote(ctx, &grafeaspb.CreateNoteRequest{
		Parent: "projects/demo2", NoteId: "n",
		Note: attestationNote("x"),
	}); err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[int32]int{0: 20, 30: 30, 5000: 45} {
		it := b.notes.ListNotes(ctx, &grafeaspb.ListNotesRequest{Parent: "projects/demo", PageSize: asked})
		if _, err := it.Next(); err != nil {
			t.Fatal(err)
		}
		if got := it.PageInfo().Remaining() + 1; got != want {
			t.Errorf("asked for %d, got a page of %d, want %d", asked, got, want)
		}
	}
	for filter, want := range map[string]int{`kind="ATTESTATION"`: 45, `kind = BUILD`: 0, `noteId="n07"`: 1, "": 45} {
		got := 0
		for _, n := range all(t, b.notes.ListNotes(ctx, &grafeaspb.ListNotesRequest{Parent: "projects/demo", Filter: filter}).Next) {
			if n.GetName() != fmt.Sprintf("projects/demo/notes/n%02d", got) && want == 45 {
				t.Errorf("note %d is %s", got, n.GetName())
			}
			got++
		}
		if got != want {
			t.Errorf("%q: %d notes, want %d", filter, got, want)
		}
	}
}
