package probe

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/api/iterator"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

func occurrenceProbes() []Probe {
	return []Probe{
		{
			ID:      "OCCURRENCE-PAYLOAD",
			Unknown: "An attestation needs a payload with a signature, or a JWT.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				_, err := t.createOccurrence(ctx, t.attestation(note, t.image()))
				t.Saw("no signature", nil, err)
				o := t.attestation(note, t.image(), signature("one"))
				o.GetAttestation().SerializedPayload = nil
				_, err = t.createOccurrence(ctx, o)
				t.Saw("no payload", nil, err)
				o = t.attestation(note, t.image())
				o.GetAttestation().SerializedPayload = nil
				o.GetAttestation().Jwts = []*grafeaspb.Jwt{{CompactJwt: "e30.e30.e30"}}
				_, err = t.createOccurrence(ctx, o)
				t.Saw("only a JWT", nil, err)
			},
			Want: `
				no signature: INVALID_ARGUMENT
				no payload: INVALID_ARGUMENT
				only a JWT: OK`,
		},
		{
			ID:      "OCCURRENCE-RESOURCE",
			Unknown: "The resource of an attestation has the form registry/repository@sha256:digest.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				tagged, _, _ := strings.Cut(t.image(), "@")
				for _, c := range [][2]string{
					{"a tag", tagged + ":latest"}, {"no registry", "web@" + digest}, {"a short digest", tagged + "@sha256:00"},
				} {
					_, err := t.createOccurrence(ctx, t.attestation(note, c[1], signature("one")))
					t.Saw(c[0], nil, err)
				}
			},
			Want: `
				a tag: INVALID_ARGUMENT
				no registry: INVALID_ARGUMENT
				a short digest: INVALID_ARGUMENT`,
		},
		{
			ID: "OCCURRENCE-RESOURCE-SCHEME",
			Unknown: "The resource of an attestation starts with https:// as documented, or has no scheme as written by gcloud. " +
				"These are two resources.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				first, err := t.createOccurrence(ctx, t.attestation(note, t.image(), signature("one")))
				t.Saw("with https", nil, err)
				second, err := t.createOccurrence(ctx, t.attestation(note, strings.TrimPrefix(t.image(), "https://"), signature("one")))
				t.Saw("without", nil, err)
				t.Note("the same resource", "%t", first.GetResourceUri() == second.GetResourceUri())
			},
			Want: `
				with https: OK
				without: OK
				the same resource: false`,
		},
		{
			ID: "OCCURRENCE-DUPLICATE",
			Unknown: "A second equal attestation of the same note on the same resource in a project is ALREADY_EXISTS, independent " +
				"of its creator. Another signature makes another attestation.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				_, err := t.createOccurrence(ctx, t.attestation(note, t.image(), signature("one")))
				t.Saw("first", nil, err)
				_, err = t.createOccurrence(ctx, t.attestation(note, t.image(), signature("one")))
				t.Saw("the same", nil, err)
				_, err = t.createOccurrence(ctx, t.attestation(note, t.image(), signature("two")))
				t.Saw("another signature", nil, err)
			},
			Want: `
				first: OK
				the same: ALREADY_EXISTS
				another signature: OK`,
		},
		{
			ID:      "OCCURRENCE-UPDATE-NOTE",
			Unknown: "The body of an update must contain the occurrence's note, and note and resource must stay the same.",
			Run: func(ctx context.Context, t *Trial) {
				o, err := t.createOccurrence(ctx, t.attestation(t.note(ctx, "n"), t.image(), signature("one")))
				t.Setup("occurrence", err)
				other := t.note(ctx, "m")
				for _, c := range []struct {
					step   string
					change func(*grafeaspb.Occurrence)
					mask   string
				}{
					{"no note in the body", func(o *grafeaspb.Occurrence) { o.NoteName = "" }, "remediation"},
					{"another note", func(o *grafeaspb.Occurrence) { o.NoteName = other }, "note_name"},
					{"another resource", func(o *grafeaspb.Occurrence) { o.ResourceUri += "0" }, "resource_uri"},
					{"a remediation", func(o *grafeaspb.Occurrence) { o.Remediation = "probe" }, "remediation"},
				} {
					changed := proto.CloneOf(o)
					c.change(changed)
					_, err := t.Notes.UpdateOccurrence(ctx, &grafeaspb.UpdateOccurrenceRequest{
						Name: o.GetName(), Occurrence: changed, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{c.mask}},
					})
					t.Saw(c.step, nil, err)
				}
			},
			Want: `
				no note in the body: INVALID_ARGUMENT
				another note: INVALID_ARGUMENT
				another resource: INVALID_ARGUMENT
				a remediation: OK`,
		},
		{
			ID:      "OCCURRENCE-NOTE-MISSING",
			Unknown: "An occurrence on a missing note is NOT_FOUND, with the message for any missing note.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createOccurrence(ctx, t.attestation(t.noteName("missing"), t.image(), signature("one")))
				t.Saw("create", nil, err, "message")
			},
			Want: `create: NOT_FOUND message="Requested entity was not found"`,
		},
		{
			ID:      "OCCURRENCE-LIST-ORDER",
			Unknown: "Notes are listed by name, occurrences oldest first.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				var made []string
				for i := range 3 {
					o, err := t.createOccurrence(ctx, t.attestation(note, t.image(), signature(strconv.Itoa(i))))
					t.Setup("occurrence", err)
					made = append(made, o.GetName())
				}
				listed, _, err := t.noteOccurrences(ctx, note, 10, "")
				t.Saw("list", nil, err)
				t.Note("oldest first", "%t", slices.Equal(listed, made))
			},
			Want: `
				list: OK
				oldest first: true`,
		},
		{
			ID: "OCCURRENCE-FILTER",
			Unknown: "Filters support =, has_prefix and has_suffix of the documented fields, joined by AND. Everything else is " +
				"INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				_, err := t.createOccurrence(ctx, t.attestation(note, t.image(), signature("one")))
				t.Setup("occurrence", err)
				for _, filter := range []string{
					`kind="ATTESTATION"`, `has_suffix(resourceUrl, "` + digest + `")`, `has_prefix(resourceUrl, "https://none.example/")`,
					`kind="ATTESTATION" AND has_suffix(resourceUrl, "@` + digest + `")`,
					`kind="BUILD" OR kind="ATTESTATION"`, `NOT kind="BUILD"`, `nothing="x"`,
				} {
					found, err := t.filtered(ctx, note, filter)
					if t.Saw(filter, nil, err); err == nil {
						t.Note("found", "%d", found)
					}
				}
			},
			Want: `
				kind="ATTESTATION": OK
				found: 1
				has_suffix(resourceUrl, "` + digest + `"): OK
				found: 1
				has_prefix(resourceUrl, "https://none.example/"): OK
				found: 0
				kind="ATTESTATION" AND has_suffix(resourceUrl, "@` + digest + `"): OK
				found: 1
				kind="BUILD" OR kind="ATTESTATION": INVALID_ARGUMENT
				NOT kind="BUILD": INVALID_ARGUMENT
				nothing="x": INVALID_ARGUMENT`,
		},
		{
			ID:      "OCCURRENCE-BATCH-DUPLICATE",
			Unknown: "A batch with a duplicate attestation is ALREADY_EXISTS, and nothing of it is created.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				o := t.attestation(note, t.image(), signature("one"))
				made, err := t.Notes.BatchCreateOccurrences(ctx, &grafeaspb.BatchCreateOccurrencesRequest{
					Parent: t.Parent(), Occurrences: []*grafeaspb.Occurrence{o, proto.CloneOf(o)},
				})
				t.Saw("create", nil, err)
				for _, m := range made.GetOccurrences() {
					t.madeOccurrence(m, nil)
				}
				left, _, err := t.noteOccurrences(ctx, note, 10, "")
				t.Setup("list", err)
				t.Note("made", "%d", len(left))
			},
			Want: `
				create: ALREADY_EXISTS
				made: 0`,
		},
	}
}

// noteOccurrences returns a page of the names of a note's occurrences.
func (t *Trial) noteOccurrences(ctx context.Context, note string, size int, token string) (names []string, next string, err error) {
	all := t.Notes.ListNoteOccurrences(ctx, &grafeaspb.ListNoteOccurrencesRequest{Name: note})
	var page []*grafeaspb.Occurrence
	next, err = iterator.NewPager(all, size, token).NextPage(&page)
	for _, o := range page {
		names = append(names, o.GetName())
	}
	return names, next, err
}

// filtered returns the number of a note's occurrences that match a filter.
func (t *Trial) filtered(ctx context.Context, note, filter string) (int, error) {
	all := t.Notes.ListNoteOccurrences(ctx, &grafeaspb.ListNoteOccurrencesRequest{Name: note, Filter: filter})
	for n := 0; ; n++ {
		if _, err := all.Next(); err != nil {
			return n, atEnd(err)
		}
	}
}

// atEnd returns nil for the error at the end of an iterator.
func atEnd(err error) error {
	if err == iterator.Done { //nolint:errorlint // the package documents that it returns Done itself
		return nil
	}
	return err
}
