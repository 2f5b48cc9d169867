package probe

import (
	"context"
	"fmt"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"
)

func attestorProbes() []Probe {
	return []Probe{
		{
			ID: "ATTESTOR-ETAG-STALE",
			Unknown: "A write with a stale etag is ABORTED; some services return FAILED_PRECONDITION. A malformed etag counts as " +
				"stale.",
			Run: func(ctx context.Context, t *Trial) {
				first := t.attestor(ctx)
				_, err := t.Attestors.UpdateAttestor(ctx, update(first))
				t.Saw("update with the current etag", nil, err)
				_, err = t.Attestors.UpdateAttestor(ctx, update(first))
				t.Saw("again with the same etag", nil, err)
				first.Etag = "malformed"
				_, err = t.Attestors.UpdateAttestor(ctx, update(first))
				t.Saw("update with a malformed etag", nil, err)
			},
			Want: `
				update with the current etag: OK
				again with the same etag: ABORTED
				update with a malformed etag: ABORTED`,
		},
		{
			ID:      "ATTESTOR-ETAG-NONE",
			Unknown: "A write without an etag succeeds.",
			Run: func(ctx context.Context, t *Trial) {
				a := t.attestor(ctx)
				a.Etag = ""
				_, err := t.Attestors.UpdateAttestor(ctx, update(a))
				t.Saw("update without etag", nil, err)
			},
			Want: `update without etag: OK`,
		},
		{
			ID:      "ATTESTOR-ETAG-REPLY",
			Unknown: "Replies to writes of an attestor have no etag, as recordings show for a create. Gets and lists have it.",
			Run: func(ctx context.Context, t *Trial) {
				created, err := t.createAttestor(ctx, "a", attestorOn(t.note(ctx, "n")))
				t.Saw("create", created, err, "etag?", "update_time?")
				read, err := t.getAttestor(ctx)
				t.Saw("get", read, err, "etag?", "update_time?")
				updated, err := t.Attestors.UpdateAttestor(ctx, update(read))
				t.Saw("update", updated, err, "etag?", "update_time?")
			},
			Want: `
				create: OK etag=unset update_time=set
				get: OK etag=set update_time=set
				update: OK etag=unset update_time=set`,
		},
		{
			ID:      "ATTESTOR-ETAG-UNCHANGED",
			Unknown: "An update without changes creates a new etag.",
			Run: func(ctx context.Context, t *Trial) {
				first := t.attestor(ctx)
				_, err := t.Attestors.UpdateAttestor(ctx, update(first))
				t.Setup("update", err)
				second, err := t.getAttestor(ctx)
				t.Setup("get", err)
				t.Note("another etag", "%t", first.GetEtag() != second.GetEtag())
			},
			Want: `another etag: true`,
		},
		{
			ID: "ATTESTOR-ID-CHARACTERS",
			Unknown: "Ids of attestors have only letters of both cases, digits, hyphens and underscores. The first character is a letter " +
				"or digit.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				for _, id := range []string{"Upper", "under_score", "hyphen-", "_", "dot.ted", "til~de"} {
					_, err := t.createAttestor(ctx, id, attestorOn(note))
					t.Saw(id, nil, err)
				}
				for _, first := range []string{"_", "-"} {
					_, err := t.Attestors.CreateAttestor(ctx, &binaryauthorizationpb.CreateAttestorRequest{
						Parent: t.Parent(), AttestorId: first + t.ID("a"), Attestor: attestorOn(note),
					})
					name := t.Parent() + "/attestors/" + first + t.ID("a")
					t.Made(name, note, err, func(ctx context.Context) error { // its id begins with no id of a run, but its note's does
						return t.Attestors.DeleteAttestor(ctx, &binaryauthorizationpb.DeleteAttestorRequest{Name: name})
					})
					t.Saw(first+" at the start", nil, err)
				}
			},
			Want: `
				Upper: OK
				under_score: OK
				hyphen-: OK
				_: OK
				dot.ted: INVALID_ARGUMENT
				til~de: INVALID_ARGUMENT
				_ at the start: INVALID_ARGUMENT
				- at the start: INVALID_ARGUMENT`,
		},
		{
			ID:      "ATTESTOR-NOTE-NUMBER",
			Unknown: "A note reference must be a full name with a project id, as documented. A project number is refused.",
			Run: func(ctx context.Context, t *Trial) {
				t.needsNumber()
				t.note(ctx, "n")
				_, err := t.createAttestor(ctx, "a", attestorOn("projects/"+t.Number+"/notes/"+t.ID("n")))
				t.Saw("create", nil, err)
			},
			Want: `create: INVALID_ARGUMENT`,
		},
		{
			ID:      "ATTESTOR-NOTE-MISSING",
			Unknown: "The existence of an attestor's note is not checked.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createAttestor(ctx, "a", attestorOn(t.noteName("missing")))
				t.Saw("create", nil, err)
			},
			Want: `create: OK`,
		},
		{
			ID:      "ATTESTOR-NOTE-SHARED",
			Unknown: "Two attestors can have the same note.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				_, err := t.createAttestor(ctx, "a", attestorOn(note))
				t.Saw("first", nil, err)
				_, err = t.createAttestor(ctx, "b", attestorOn(note))
				t.Saw("second", nil, err)
			},
			Want: `
				first: OK
				second: OK`,
		},
		{
			ID:      "ATTESTOR-EXISTS",
			Unknown: "A create of an existing attestor is ALREADY_EXISTS, even with the same content.",
			Run: func(ctx context.Context, t *Trial) {
				a := t.attestor(ctx)
				_, err := t.Attestors.CreateAttestor(ctx, &binaryauthorizationpb.CreateAttestorRequest{
					Parent: t.Parent(), AttestorId: t.ID("a"), Attestor: attestorOn(a.GetUserOwnedGrafeasNote().GetNoteReference()),
				})
				t.Saw("create again", nil, err, "message")
			},
			Want: `create again: ALREADY_EXISTS message="Requested entity already exists"`,
		},
		{
			ID:      "ATTESTOR-PROJECT-NUMBER",
			Unknown: "Names of attestors in answers have the project id, also after a create or get by project number.",
			Run: func(ctx context.Context, t *Trial) {
				t.needsNumber()
				t.attestor(ctx)
				name := "projects/" + t.Number + "/attestors/" + t.ID("a")
				read, err := t.Attestors.GetAttestor(ctx, &binaryauthorizationpb.GetAttestorRequest{Name: name})
				t.Saw("get by number", read, err, "name")
				made, err := t.Attestors.CreateAttestor(ctx, &binaryauthorizationpb.CreateAttestorRequest{
					Parent: "projects/" + t.Number, AttestorId: t.ID("b"), Attestor: attestorOn(t.noteName("note-a")),
				})
				t.Made(t.attestorName("b"), t.attestorName("b"), err, func(ctx context.Context) error { return t.deleteAttestor(ctx, "b") })
				t.Saw("create by number", made, err, "name")
			},
			Want: `
				get by number: OK name=projects/PROJECT/attestors/a
				create by number: OK name=projects/PROJECT/attestors/b`,
		},
		{
			ID:      "ATTESTOR-KEYS-LIMIT",
			Unknown: "The 1001st key of an attestor is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				k, err := ecKey()
				t.Setup("key", err)
				var keys []*binaryauthorizationpb.AttestorPublicKey
				for i := range 1001 {
					keys = append(keys, pkix(fmt.Sprintf("https://example.com/%d", i), k.text, p256))
				}
				note := t.note(ctx, "n")
				_, err = t.createAttestor(ctx, "less", attestorOn(note, keys[:1000]...))
				t.Saw("1000 keys", nil, err)
				_, err = t.createAttestor(ctx, "more", attestorOn(note, keys...))
				t.Saw("1001 keys", nil, err)
			},
			Want: `
				1000 keys: OK
				1001 keys: INVALID_ARGUMENT`,
		},
		{
			ID:      "ATTESTOR-LIMIT",
			Unknown: "The 201st attestor of a project is RESOURCE_EXHAUSTED.",
			Needs:   []Need{NeedMany},
			Takes:   25 * minute,
			Run:     attestorLimit,
			Want: `
				create the 201st: RESOURCE_EXHAUSTED
				most attestors: 200`,
		},
		{
			ID: "ATTESTOR-LIST-PAGE",
			Unknown: "Lists of attestors and platform policies have 100 entries per page if the request has no page size. A larger page " +
				"size counts as 100.",
			Needs: []Need{NeedMany},
			Takes: 12 * minute,
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				for i := range 101 {
					_, err := t.createAttestor(ctx, fmt.Sprintf("a%d", i), attestorOn(note))
					t.Setup("attestor", err)
				}
				for _, size := range []int32{0, 1000} {
					request := &binaryauthorizationpb.ListAttestorsRequest{Parent: t.Parent(), PageSize: size}
					first := t.Attestors.ListAttestors(ctx, request)
					_, err := first.Next()
					t.Setup("list", err)
					t.Note(fmt.Sprintf("entries of the first page by size %d", size), "%d", first.PageInfo().Remaining()+1)
				}
			},
			Want: `
				entries of the first page by size 0: 100
				entries of the first page by size 1000: 100`,
		},
	}
}

func update(a *binaryauthorizationpb.Attestor) *binaryauthorizationpb.UpdateAttestorRequest {
	return &binaryauthorizationpb.UpdateAttestorRequest{Attestor: proto.CloneOf(a)}
}

// attestorLimit counts all existing attestors, and creates more until the service refuses.
func attestorLimit(ctx context.Context, t *Trial) {
	count := 0
	for all := t.Attestors.ListAttestors(ctx, &binaryauthorizationpb.ListAttestorsRequest{Parent: t.Parent()}); ; count++ {
		if _, err := all.Next(); err != nil {
			t.Setup("list", atEnd(err))
			break
		}
	}
	note := t.note(ctx, "n")
	for ; count < 201; count++ {
		if _, err := t.createAttestor(ctx, fmt.Sprintf("a%d", count), attestorOn(note)); err != nil {
			t.Saw("create the 201st", nil, err)
			break
		}
	}
	t.Note("most attestors", "%d", count)
}

func (t *Trial) deleteAttestor(ctx context.Context, suffix string) error {
	return t.Attestors.DeleteAttestor(ctx, &binaryauthorizationpb.DeleteAttestorRequest{Name: t.attestorName(suffix)})
}
