package gcp

import (
	"context"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// written is one kind of object with its writes. text distinguishes two contents.
type written struct {
	name           string
	create, update func(c *Clients, text string) error
	remove         func(c *Clients) error
	// text is the server's content, "" if there is nothing.
	text func(t *testing.T, c *Clients) string
}

var (
	attestorName = resname.Attestor{Project: "demo", ID: "a"}
	noteName     = resname.Note{Project: "demo", ID: "n"}
)

func anAttestor(text string) *Attestor {
	return &Attestor{
		Name: attestorName.String(), Description: text,
		AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{
			UserOwnedGrafeasNote: &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: noteName.String()},
		},
	}
}

func aNote(text string) *Note {
	return &Note{ShortDescription: text, Type: &grafeas.Note_Attestation{
		Attestation: &grafeas.AttestationNote{Hint: &grafeas.AttestationNote_Hint{HumanReadableName: "h"}},
	}}
}

// kindsOfWrites are under test; ctx bounds each write far below the default limit.
func kindsOfWrites(ctx context.Context) []written {
	return []written{
		{
			name: "Attestor",
			create: func(c *Clients, text string) error {
				_, err := c.CreateAttestor(ctx, attestorName, anAttestor(text))
				return err
			},
			update: func(c *Clients, text string) error {
				now, err := c.FreshAttestor(ctx, attestorName)
				if err != nil {
					return err
				}
				want := anAttestor(text)
				want.Etag = now.GetEtag()
				_, err = c.UpdateAttestor(ctx, attestorName, want)
				return err
			},
			remove: func(c *Clients) error { return c.DeleteAttestor(ctx, attestorName) },
			text: func(t *testing.T, c *Clients) string {
				t.Helper()
				got, err := c.FreshAttestor(ctx, attestorName)
				return textOr(t, got.GetDescription(), err)
			},
		},
		{
			name:   "Note",
			create: func(c *Clients, text string) error { _, err := c.CreateNote(ctx, noteName, aNote(text)); return err },
			update: func(c *Clients, text string) error {
				_, err := c.UpdateNote(ctx, noteName, aNote(text), "short_description")
				return err
			},
			remove: func(c *Clients) error { return c.DeleteNote(ctx, noteName) },
			text: func(t *testing.T, c *Clients) string {
				t.Helper()
				got, err := c.getNote(ctx, noteName.Project, noteName.String())
				return textOr(t, got.GetShortDescription(), err)
			},
		},
	}
}

func textOr(t *testing.T, text string, err error) string {
	t.Helper()
	if err != nil && !IsKind(err, KindNotFound) {
		t.Fatal(err)
	}
	return text
}

// passing are temporary faults, and whether the write was carried out although its reply was lost.
var passing = map[string]bool{
	"unavailable": false, "unavailable,count=3": false, "internal": false, "deadline_exceeded": false, "reset": false, "hang": false,
	"resource_exhausted": false, "resource_exhausted,retry=3ms": false,
	"after:unavailable": true, "after:internal": true, "after:deadline_exceeded": true, "after:unknown": true, "after:reset": true,
	"after:hang": true,
}

// impatient ends an attempt early if there will be no answer.
func impatient(fault string) func(*Config) {
	return func(c *Config) {
		if strings.HasSuffix(fault, "hang") {
			c.RequestTimeout = 400 * time.Millisecond
		}
	}
}

// disturbed runs test for every kind of write with every passing fault.
func disturbed(t *testing.T, verb string, test func(t *testing.T, w written, c *Clients, arm func(), sent func() int, lost bool)) {
	t.Helper()
	for fault, lost := range passing {
		for _, w := range kindsOfWrites(t.Context()) {
			t.Run(w.name+" "+fault, func(t *testing.T) {
				t.Parallel()
				server, c := emulated(t, emulator.Options{}, impatient(fault))
				w := kindsOfWrites(t.Context())[map[string]int{"Attestor": 0, "Note": 1}[w.name]]
				test(t, w, c, func() { inject(t, server, verb+w.name+"="+fault) }, func() int { return calls(server, verb+w.name) }, lost)
			})
		}
	}
}

func TestADisturbedCreateMakesOneObject(t *testing.T) {
	t.Parallel()
	disturbed(t, "Create", func(t *testing.T, w written, c *Clients, arm func(), sent func() int, lost bool) {
		arm()
		if err := w.create(c, "new"); err != nil {
			t.Fatal(err)
		}
		if w.text(t, c) != "new" || lost && sent() != 1 || !lost && sent() < 2 {
			t.Errorf("%q is there after %d creates", w.text(t, c), sent())
		}
	})
}

func TestADisturbedUpdateIsNoConflictWithItself(t *testing.T) {
	t.Parallel()
	disturbed(t, "Update", func(t *testing.T, w written, c *Clients, arm func(), _ func() int, _ bool) {
		if err := w.create(c, "old"); err != nil {
			t.Fatal(err)
		}
		arm()
		if err := w.update(c, "new"); err != nil || w.text(t, c) != "new" {
			t.Errorf("%q is there: %v", w.text(t, c), err)
		}
	})
}

func TestADisturbedDeleteLeavesNothing(t *testing.T) {
	t.Parallel()
	disturbed(t, "Delete", func(t *testing.T, w written, c *Clients, arm func(), _ func() int, lost bool) {
		if err := w.create(c, "old"); err != nil {
			t.Fatal(err)
		}
		arm()
		if err := w.remove(c); lost && !IsKind(err, KindNotFound) || !lost && err != nil {
			t.Error(err)
		}
		if w.text(t, c) != "" {
			t.Error("still there")
		}
	})
}

func TestACreateNeverTakesOverWhatIsThere(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"", "unavailable", "reset", "deadline_exceeded"} {
		for i, kind := range []string{"Attestor", "Note"} {
			t.Run(kind+" "+fault, func(t *testing.T) {
				t.Parallel()
				server, c := emulated(t, emulator.Options{})
				w := kindsOfWrites(t.Context())[i]
				if err := w.create(c, "theirs"); err != nil {
					t.Fatal(err)
				}
				if fault != "" {
					inject(t, server, "Create"+kind+"="+fault)
				}
				expectKind(t, w.create(c, "ours"), KindExists)
				if got := w.text(t, c); got != "theirs" {
					t.Errorf("%q is there", got)
				}
			})
		}
	}
}

func TestAnExactCopyOfSomebodyElseIsNotAdoptedAtTheFirstTry(t *testing.T) {
	t.Parallel()
	for i, kind := range []string{"Attestor", "Note"} {
		_, c := emulated(t, emulator.Options{})
		w := kindsOfWrites(t.Context())[i]
		if err := w.create(c, "same"); err != nil {
			t.Fatal(kind, err)
		}
		expectKind(t, w.create(c, "same"), KindExists)
	}
}

func TestAnAttestorChangedSinceItsEtagIsNotOverwritten(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"", "unavailable", "reset"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			server, c := emulated(t, emulator.Options{})
			w := kindsOfWrites(t.Context())[0]
			made, err := c.CreateAttestor(t.Context(), attestorName, anAttestor("old"))
			if err != nil || made.GetEtag() == "" {
				t.Fatal(made, err)
			}
			if err := w.update(c, "theirs"); err != nil {
				t.Fatal(err)
			}
			if fault != "" {
				inject(t, server, "UpdateAttestor="+fault)
			}
			want := anAttestor("ours")
			want.Etag = made.GetEtag()
			_, err = c.UpdateAttestor(t.Context(), attestorName, want)
			expectKind(t, err, KindConflict)
			if got := w.text(t, c); got != "theirs" {
				t.Errorf("%q is there", got)
			}
		})
	}
}

// TestAWriteThatSucceededStaysOneWhenItCannotBeReadBack: an error here would lose the object from
// the state.
func TestAWriteThatSucceededStaysOneWhenItCannotBeReadBack(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"permission_denied,count=forever", "hang,count=forever", "not_found"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			server, c := emulated(t, emulator.Options{}, func(c *Config) { c.RequestTimeout = time.Second })
			inject(t, server, "GetAttestor="+fault)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			made, err := c.CreateAttestor(ctx, attestorName, anAttestor("new"))
			if err != nil || made.GetDescription() != "new" {
				t.Errorf("created %v, %v", made, err)
			}
			expectCalls(t, server, map[string]int{"CreateAttestor": 1})
			again, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if made, err = c.UpdateAttestor(again, attestorName, anAttestor("newer")); err != nil || made.GetDescription() != "newer" {
				t.Errorf("updated %v, %v", made, err)
			}
		})
	}
}
