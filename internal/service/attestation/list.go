package attestation

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// wanted is what a list block says of attestations.
type wanted struct {
	lifecycle.InProject
	Attestor types.String `tfsdk:"attestor"`
	Note     types.String `tfsdk:"note"`
}

type query = lifecycle.Query[wanted, model]

// NewListResource makes the list resource binauthz_attestation.
func NewListResource() list.ListResource {
	return &lifecycle.List[wanted, model]{
		Noun: "attestation", Describe: describeQuery, Identify: identify, Find: findAll,
		Title: func(m *model) string { return m.Image.ValueString() },
	}
}

func findAll(ctx context.Context, q *query) ([]*model, error) {
	project, err := lifecycle.DefaultProject(q.Clients, q.Config.Project)
	if err != nil {
		return nil, err
	}
	of, err := searchFor(ctx, q, project)
	if err != nil {
		return nil, err
	}
	occurrences, err := q.Clients.AttestationsOn(ctx, project, of.note, q.Most, of.wants)
	if err != nil {
		return nil, err
	}
	var found []*model
	for _, o := range occurrences {
		m := q.New()
		if err := m.fromAPI(o); err != nil {
			return nil, err
		}
		if q.Whole {
			of.complete(m, o)
		}
		found = append(found, m)
	}
	of.warn(q)
	return found, nil
}

// search looks for attestations, and for the attestors that they are of.
type search struct {
	// note is a full name, "" for all notes.
	note string
	// by is the attestor that is asked for, nil for all.
	by *gcp.Attestor
	// attestorsOf lists the attestors of a project.
	attestorsOf func(project string) (map[string]*gcp.Attestor, error)

	unknown []string
	err     error
}

// searchFor reads what the block says. A short name is one in project.
func searchFor(ctx context.Context, q *query, project string) (*search, error) {
	if text := q.Config.Attestor.ValueString(); text != "" {
		name, attestor, err := readAttestor(ctx, q.Clients, text, project)
		only := map[string]*gcp.Attestor{name.String(): attestor}
		return &search{
			note: attestor.GetUserOwnedGrafeasNote().GetNoteReference(), by: attestor,
			attestorsOf: func(string) (map[string]*gcp.Attestor, error) { return only, nil },
		}, err
	}
	s := &search{attestorsOf: once(func(project string) (map[string]*gcp.Attestor, error) { return q.Clients.Attestors(ctx, project) })}
	if text := q.Config.Note.ValueString(); text != "" {
		note, err := resname.ParseNote(text, project)
		s.note = note.String()
		return s, at("note", err)
	}
	return s, nil
}

// once asks for each project once.
func once[T any](ask func(project string) (T, error)) func(project string) (T, error) {
	type answer struct {
		value T
		err   error
	}
	known := map[string]answer{}
	return func(project string) (T, error) {
		a, ok := known[project]
		if !ok {
			a.value, a.err = ask(project)
			known[project] = a
		}
		return a.value, a.err
	}
}

func (s *search) wants(o *gcp.Occurrence) bool {
	return o.GetAttestation() != nil && (s.by == nil || verifies(s.by, o))
}

// complete finds out whose an attestation is, as an import does, and notes those of which that is not known.
func (s *search) complete(m *model, o *gcp.Occurrence) {
	if err := m.completeImport(o, s.attestorsOf); err != nil {
		s.err = err
	}
	if m.Attestor.IsNull() {
		s.unknown = append(s.unknown, m.ID.ValueString())
	}
}

// warn says which attestations a generated configuration has no attestor for: it is required, so that they cannot be planned.
func (s *search) warn(q *query) {
	if len(s.unknown) == 0 {
		return
	}
	why := "no attestor in the project of their note verifies them, or several do"
	if s.err != nil {
		why = lifecycle.Words(s.err)
	}
	q.Diags.AddWarning(lifecycle.About("Attestor not known", fmt.Sprintf("%d attestations", len(s.unknown))), fmt.Sprintf(
		"Whose they are is not known: %s. They are found without attestor, and a configuration that is generated for them "+
			"cannot be planned until it is written there. With attestor in the config block, only attestations that it verifies are found.\n\n%s",
		why, strings.Join(s.unknown, "\n")))
}
