package gcp

import (
	"context"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Note is the API's own message.
type Note = grafeas.Note

// Note reads one note, from a list when several of the project are read.
func (c *Clients) Note(ctx context.Context, name resname.Note) (*Note, error) {
	return c.noteReads.Read(ctx, name.Project, name.String())
}

// AttestationNotes lists the attestation notes of a project now, by full name, up to a limit; 0
// means no limit. The filters of a list of notes are not published, so it uses none.
func (c *Clients) AttestationNotes(ctx context.Context, project string, most int) (map[string]*Note, error) {
	isAttestation := func(n *Note) bool { return n.GetAttestation() != nil }
	return c.notesOf(ctx, project, most, isAttestation)
}

// CreateNote creates a note. An existing note is an error of kind KindExists, unless an own first
// attempt with a lost reply created it.
func (c *Clients) CreateNote(ctx context.Context, name resname.Note, want *Note) (*Note, error) {
	client, err := c.grafeasClient()
	if err != nil {
		return nil, err
	}
	defer c.noteReads.Wrote(name.String())
	defer c.superseded.forget(name.String())
	return run(ctx, c, call[*Note]{
		method: createNote, resource: name.String(), project: name.Project,
		send: func(ctx context.Context) (*Note, error) {
			return client.CreateNote(ctx, &grafeas.CreateNoteRequest{Parent: name.Parent(), NoteId: name.ID, Note: want})
		},
		settle: func(ctx context.Context) (*Note, bool, error) {
			got, err := c.getNote(ctx, name.Project, name.String())
			return settledCreate(want, got, err, sameNote)
		},
	})
}

// UpdateNote writes the fields in paths (snake_case, as in the message). Notes have no etag, so it
// leaves all other fields unchanged.
func (c *Clients) UpdateNote(ctx context.Context, name resname.Note, want *Note, paths ...string) (*Note, error) {
	client, err := c.grafeasClient()
	if err != nil {
		return nil, err
	}
	defer c.noteReads.Wrote(name.String())
	return run(ctx, c, call[*Note]{
		method: updateNote, resource: name.String(), project: name.Project,
		send: func(ctx context.Context) (*Note, error) {
			return client.UpdateNote(ctx, &grafeas.UpdateNoteRequest{
				Name:       name.String(),
				Note:       want,
				UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
			})
		},
	})
}

// DeleteNote deletes a note. A missing one is an error of kind KindNotFound.
func (c *Clients) DeleteNote(ctx context.Context, name resname.Note) error {
	client, err := c.grafeasClient()
	if err != nil {
		return err
	}
	defer c.noteReads.Wrote(name.String())
	defer c.superseded.forget(name.String())
	_, err = run(ctx, c, call[struct{}]{
		method: deleteNote, resource: name.String(), project: name.Project,
		send: func(ctx context.Context) (struct{}, error) {
			return struct{}{}, client.DeleteNote(ctx, &grafeas.DeleteNoteRequest{Name: name.String()})
		},
	})
	return err
}

func (c *Clients) getNote(ctx context.Context, project, name string) (*Note, error) {
	client, err := c.grafeasClient()
	if err != nil {
		return nil, err
	}
	return run(ctx, c, call[*Note]{
		method: getNote, resource: name, project: project,
		send: func(ctx context.Context) (*Note, error) {
			return client.GetNote(ctx, &grafeas.GetNoteRequest{Name: name})
		},
	})
}

// notePage is the documented maximum of a list of notes.
const notePage = 1000

func (c *Clients) listNotes(ctx context.Context, project string) (map[string]*Note, error) {
	return c.notesOf(ctx, project, 0, nil)
}

// notesOf lists the wanted notes of a project, nil for all, up to a limit; 0 means no limit.
func (c *Clients) notesOf(ctx context.Context, project string, most int, wanted func(*Note) bool) (map[string]*Note, error) {
	client, err := c.grafeasClient()
	if err != nil {
		return nil, err
	}
	return listAll(ctx, c, listCall[*Note]{
		method: listNotes, project: project, name: (*Note).GetName, wanted: wanted, most: most,
		from: func(ctx context.Context, token string) pager[*Note] {
			return client.ListNotes(ctx, &grafeas.ListNotesRequest{
				Parent: "projects/" + project, PageSize: notePage, PageToken: token,
			})
		},
	})
}

// sameNote compares the fields set by callers, not those set by the server.
func sameNote(want, got *Note) bool {
	return proto.Equal(comparableNote(want), comparableNote(got))
}

func comparableNote(n *Note) *Note {
	n = proto.CloneOf(n)
	n.Name, n.Kind, n.CreateTime, n.UpdateTime = "", 0, nil, nil
	return n
}
