package note

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

type change = lifecycle.Change[model]

// NewResource makes the resource binauthz_note.
func NewResource() resource.Resource {
	return &lifecycle.Resource[model]{
		Noun: "note", Describe: describe,
		Identity: []lifecycle.IdentityAttribute{
			{Name: "project", Description: "Id of the project. Defaults to the provider's.", Optional: true},
			{Name: "name", Description: "Short name of the note."},
		},
		Moves: moves,
		Ops: lifecycle.Ops[model]{
			Name:  func(m *model) string { return m.name().String() },
			Parse: parse, Identify: identify, Plan: plan, PlanDelete: planDelete,
			Create: create, Read: read, Update: update, Delete: destroy,
		},
	}
}

func parse(id, project string) (map[string]string, error) {
	name, err := resname.ParseNote(id, project)
	return map[string]string{"id": name.String(), "project": name.Project, "name": name.ID}, err
}

func identify(m *model) map[string]string {
	return map[string]string{"project": m.Project.ValueString(), "name": m.Name.ValueString()}
}

// planDelete warns about attestors with this note.
func planDelete(ctx context.Context, c *change) {
	if !c.Clients.Unconfigured() {
		guard.NoteLeaves(ctx, c.Clients, c.Walk, c.Prior.name(), c.Diags)
	}
}

func create(ctx context.Context, c *change) error {
	note, err := c.Clients.CreateNote(ctx, c.Model.name(), c.Model.toAPI(ctx))
	if err != nil {
		return err
	}
	return c.Model.fromAPI(ctx, note)
}

func read(ctx context.Context, c *change) error {
	note, err := c.Clients.Note(ctx, c.Model.name())
	if err != nil {
		return err
	}
	return c.Model.fromAPI(ctx, note)
}

func update(ctx context.Context, c *change) error {
	want := c.Model.toAPI(ctx)
	changed := changedFields(want, c.Prior.toAPI(ctx))
	if len(changed) == 0 {
		return nil // only the spelling changes
	}
	note, err := c.Clients.UpdateNote(ctx, c.Model.name(), want, changed...)
	if err != nil {
		return err
	}
	return c.Model.fromAPI(ctx, note)
}

func destroy(ctx context.Context, c *change) error {
	return c.Clients.DeleteNote(ctx, c.Prior.name())
}

// changedFields returns the paths of different fields. Notes have no etag, so an update names only
// the changed fields.
func changedFields(want, have *gcp.Note) []string {
	w, h := want.ProtoReflect(), have.ProtoReflect()
	var paths []string
	for _, field := range []string{
		"short_description", "long_description", "related_url", "expiration_time", "related_note_names", "attestation",
	} {
		fd := w.Descriptor().Fields().ByName(protoreflect.Name(field))
		if !w.Get(fd).Equal(h.Get(fd)) {
			paths = append(paths, field)
		}
	}
	return paths
}
