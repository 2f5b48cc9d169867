package probe

import (
	"context"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

func noteProbes() []Probe {
	return []Probe{
		{
			ID:      "NOTE-HINT",
			Unknown: "An attestation note needs a hint with a name.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createNote(
					ctx,
					"a",
					&grafeaspb.Note{Type: &grafeaspb.Note_Attestation{Attestation: &grafeaspb.AttestationNote{}}},
				)
				t.Saw("no hint", nil, err)
				_, err = t.createNote(ctx, "b", attestationNote(""))
				t.Saw("a hint without name", nil, err)
			},
			Want: `
				no hint: INVALID_ARGUMENT
				a hint without name: INVALID_ARGUMENT`,
		},
		{
			ID: "NOTE-ID-CHARACTERS",
			Unknown: "Ids of notes have only letters, digits and the characters . _ ~ : + @ % and -. The first character is a letter or " +
				"digit. Google publishes no rule; others may be refused.",
			Run: func(ctx context.Context, t *Trial) {
				for _, id := range []string{"Upper", "a.b", "a_b", "a~b", "a:b", "a+b", "a@b", "a%b", "a-", "a b", "a#b", "a?b", "a*b"} {
					_, err := t.createNote(ctx, id, attestationNote("probe"))
					t.Saw(id, nil, err)
				}
			},
			Want: `
				Upper: OK
				a.b: OK
				a_b: OK
				a~b: OK
				a:b: OK
				a+b: OK
				a@b: OK
				a%b: OK
				a-: OK
				a b: INVALID_ARGUMENT
				a#b: INVALID_ARGUMENT
				a?b: INVALID_ARGUMENT
				a*b: INVALID_ARGUMENT`,
		},
		{
			ID:      "NOTE-LOCATION",
			Unknown: "Notes and occurrences in a location are refused: Binary Authorization does not read them.",
			Run: func(ctx context.Context, t *Trial) {
				parent := t.Parent() + "/locations/us-central1"
				name := parent + "/notes/" + t.ID("a")
				_, err := t.Notes.CreateNote(
					ctx,
					&grafeaspb.CreateNoteRequest{Parent: parent, NoteId: t.ID("a"), Note: attestationNote("probe")},
				)
				t.Made(name, name, err, func(ctx context.Context) error {
					return t.Notes.DeleteNote(ctx, &grafeaspb.DeleteNoteRequest{Name: name})
				})
				t.Saw("create", nil, err)
			},
			Want: `create: INVALID_ARGUMENT`,
		},
		{
			ID:      "NOTE-KIND",
			Unknown: "The kind of a note or occurrence never changes.",
			Run: func(ctx context.Context, t *Trial) {
				build := &grafeaspb.Note{
					Type: &grafeaspb.Note_Discovery{
						Discovery: &grafeaspb.DiscoveryNote{AnalysisKind: grafeaspb.NoteKind_VULNERABILITY},
					},
				}
				_, err := t.updateNote(ctx, t.note(ctx, "a"), build, "discovery")
				t.Saw("update", nil, err)
			},
			Want: `update: INVALID_ARGUMENT`,
		},
		{
			ID:      "NOTE-MASK-UNKNOWN",
			Unknown: "An update mask must name existing fields.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "a")
				_, err := t.updateNote(ctx, note, attestationNote("probe"), "nothing")
				t.Saw("an unknown field", nil, err)
				_, err = t.updateNote(ctx, note, attestationNote("probe"), "attestation.nothing")
				t.Saw("an unknown field of a message", nil, err)
			},
			Want: `
				an unknown field: INVALID_ARGUMENT
				an unknown field of a message: INVALID_ARGUMENT`,
		},
		{
			ID:      "NOTE-MASK-OUTPUT",
			Unknown: "Output-only fields in a mask or a body are ignored.",
			Run: func(ctx context.Context, t *Trial) {
				n := attestationNote("probe")
				n.Kind = grafeaspb.NoteKind_BUILD
				n.ShortDescription = "changed"
				changed, err := t.updateNote(ctx, t.note(ctx, "a"), n, "kind", "create_time", "short_description")
				t.Saw("update", changed, err, "kind", "create_time?", "short_description")
			},
			Want: `update: OK kind=ATTESTATION create_time=set short_description=changed`,
		},
		{
			ID:      "NOTE-MASK-NONE",
			Unknown: "An update without a mask writes the set fields, and keeps the others.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "a")
				_, err := t.updateNote(
					ctx,
					note,
					&grafeaspb.Note{ShortDescription: "short", LongDescription: "long"},
					"short_description",
					"long_description",
				)
				t.Setup("descriptions", err)
				n := attestationNote("probe")
				n.ShortDescription = "changed"
				changed, err := t.updateNote(ctx, note, n)
				t.Saw("update", changed, err, "short_description", "long_description")
			},
			Want: `update: OK short_description=changed long_description=long`,
		},
		{
			ID:      "NOTE-EXISTS",
			Unknown: "A create of an existing note is ALREADY_EXISTS, and the message contains only its id.",
			Run: func(ctx context.Context, t *Trial) {
				t.note(ctx, "a")
				_, err := t.Notes.CreateNote(
					ctx,
					&grafeaspb.CreateNoteRequest{Parent: t.Parent(), NoteId: t.ID("a"), Note: attestationNote("probe")},
				)
				t.Saw("create again", nil, err, "message")
			},
			Want: `create again: ALREADY_EXISTS message="note ID \"a\" already exists"`,
		},
		{
			ID:      "NOTE-DELETE-USED",
			Unknown: "A note with occurrences can be deleted; the occurrences stay.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "a")
				o, err := t.createOccurrence(ctx, t.attestation(note, t.image(), signature("one")))
				t.Setup("occurrence", err)
				err = t.Notes.DeleteNote(ctx, &grafeaspb.DeleteNoteRequest{Name: note})
				t.Saw("delete", nil, err)
				read, err := t.Notes.GetOccurrence(ctx, &grafeaspb.GetOccurrenceRequest{Name: o.GetName()})
				t.Saw("get the occurrence", read, err, "note_name")
			},
			Want: `
				delete: OK
				get the occurrence: OK note_name=projects/PROJECT/notes/a`,
		},
		{
			ID:      "NOTE-PAGE-SIZE",
			Unknown: "A page size above 1000 counts as 1000.",
			Run: func(ctx context.Context, t *Trial) {
				_, _, err := t.noteOccurrences(ctx, t.note(ctx, "a"), 1001, "")
				t.Saw("1001", nil, err)
			},
			Want: `1001: OK`,
		},
		{
			ID:      "NOTE-BATCH",
			Unknown: "A batch is created completely or not at all.",
			Run: func(ctx context.Context, t *Trial) {
				batch := map[string]*grafeaspb.Note{t.ID("a"): attestationNote("probe"), t.ID("b"): attestationNote("")}
				_, err := t.Notes.BatchCreateNotes(ctx, &grafeaspb.BatchCreateNotesRequest{Parent: t.Parent(), Notes: batch})
				for _, suffix := range []string{"a", "b"} {
					// A part of a failed batch can exist.
					t.Made(t.noteName(suffix), t.noteName(suffix), nil, func(ctx context.Context) error {
						return t.Notes.DeleteNote(ctx, &grafeaspb.DeleteNoteRequest{Name: t.noteName(suffix)})
					})
				}
				t.Saw("create", nil, err)
				_, err = t.Notes.GetNote(ctx, &grafeaspb.GetNoteRequest{Name: t.noteName("a")})
				t.Saw("get the good one", nil, err)
			},
			Want: `
				create: INVALID_ARGUMENT
				get the good one: NOT_FOUND`,
		},
		{
			ID: "NOTE-V1BETA1",
			Unknown: "v1beta1 is v1 with attestationAuthority, resource.uri and genericSignedAttestation, with contentType always " +
				"SIMPLE_SIGNING_JSON; the rest of resource is ignored.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "a")
				_, err := t.createOccurrence(ctx, t.attestation(note, t.image(), signature("one")))
				t.Setup("occurrence", err)
				page, err := t.REST(ctx, "containeranalysis", "GET", "v1beta1/"+note, "")
				t.Saw("note", page.Body, err, "kind", "attestationAuthority.hint.humanReadableName", "attestation?")
				page, err = t.REST(ctx, "containeranalysis", "GET", "v1beta1/"+note+"/occurrences", "")
				t.Saw("occurrences", page.Body, err, "occurrences.0.resource.uri?", "occurrences.0.resourceUri?",
					"occurrences.0.attestation.attestation.genericSignedAttestation.contentType")
			},
			Want: `
				note: OK kind=ATTESTATION attestationAuthority.hint.humanReadableName=probe attestation=unset
				occurrences: OK occurrences.0.resource.uri=set occurrences.0.resourceUri=unset ` +
				`occurrences.0.attestation.attestation.genericSignedAttestation.contentType=SIMPLE_SIGNING_JSON`,
		},
	}
}

func (t *Trial) updateNote(ctx context.Context, name string, n *grafeaspb.Note, mask ...string) (*grafeaspb.Note, error) {
	r := &grafeaspb.UpdateNoteRequest{Name: name, Note: n}
	if len(mask) > 0 {
		r.UpdateMask = &fieldmaskpb.FieldMask{Paths: mask}
	}
	return t.Notes.UpdateNote(ctx, r)
}
