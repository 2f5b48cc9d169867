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

// wanted is the configuration of a list block.
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

// search finds attestations and their attestors.
type search struct {
	// note is a full name, "" for all notes.
	note string
	// by is the configured attestor, nil for all.
	by *gcp.Attestor
	// attestorsOf lists the attestors of a project.
	attestorsOf func(project string) (map[string]*gcp.Attestor, error)

	unknown []string
	err     error
}

// searchFor reads the configuration. A short name is relative to project.
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

// once caches the answer per project.
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

// complete sets the attestor as an import does, and collects attestations without a clear one.
func (s *search) complete(m *model, o *gcp.Occurrence) {
	if err := m.completeImport(o, s.attestorsOf); err != nil {
		s.err = err
	}
	if m.Attestor.IsNull() {
		s.unknown = append(s.unknown, m.ID.ValueString())
	}
}

// warn lists attestations without a clear attestor. Their generated configuration lacks the
// required attribute, so Terraform cannot plan it.
func (s *search) warn(q *query) {
	if len(s.unknown) == 0 {
		return
	}
	why := "No attestor in the project of their note verifies them, or several do"
	if s.err != nil {
		why = lifecycle.Words(s.err)
	}
	q.Diags.AddWarning(lifecycle.About("Attestor not known", fmt.Sprintf("%d attestations", len(s.unknown))), fmt.Sprintf(
		"The attestor is not known: %s. The list contains these attestations without attestor. Set attestor in their generated "+
			"configuration before you plan it. With attestor in the config block, the list contains only attestations that it "+
			"verifies.\n\n%s",
		why, strings.Join(s.unknown, "\n")))
}
