package attestation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// listModel contains the attestations of an image, of an attestor, or of a note.
type listModel struct {
	ID           types.String `tfsdk:"id"`
	Project      types.String `tfsdk:"project"`
	Attestor     types.String `tfsdk:"attestor"`
	Note         types.String `tfsdk:"note"`
	Image        types.String `tfsdk:"image"`
	Attestations []listed     `tfsdk:"attestations"`
}

// listed is one attestation and its verification with the attestors' keys.
type listed struct {
	Name         types.String `tfsdk:"name"`
	Note         types.String `tfsdk:"note"`
	Image        types.String `tfsdk:"image"`
	ResourceURI  types.String `tfsdk:"resource_uri"`
	PublicKeyIDs []string     `tfsdk:"public_key_ids"`
	Verified     types.Bool   `tfsdk:"verified"`
	Attestors    []string     `tfsdk:"attestors"`
	Reason       types.String `tfsdk:"reason"`
	CreateTime   types.String `tfsdk:"create_time"`
}

// NewListDataSource makes the data source binauthz_attestations.
func NewListDataSource() datasource.DataSource {
	return &lifecycle.DataSource[listModel]{Noun: "attestations", Describe: describeList, Name: (*listModel).words, Fetch: fetchList}
}

func (m *listModel) words() string {
	words := []string{"attestations"}
	for _, part := range []struct {
		of    string
		value types.String
	}{{"of", m.Image}, {"by", m.Attestor}, {"on", m.Note}} {
		if part.value.ValueString() != "" {
			words = append(words, part.of, part.value.ValueString())
		}
	}
	return strings.Join(words, " ")
}

func fetchList(ctx context.Context, clients *gcp.Clients, m *listModel, _ *diag.Diagnostics) error {
	digest := ""
	if !m.Image.IsNull() {
		var err error
		if digest, err = digestOf(m.Image.ValueString()); err != nil {
			return err
		}
	}
	of, err := m.source(ctx, clients, digest)
	if err != nil {
		return err
	}
	m.ID, m.Project, m.Attestations = types.StringValue(of.id), types.StringValue(of.project), []listed{}
	if digest != "" {
		m.ID = types.StringValue(of.id + "@" + digest)
	}
	for _, occurrence := range of.occurrences {
		if occurrence.GetAttestation() != nil {
			m.Attestations = append(m.Attestations, of.judge(occurrence))
		}
	}
	return nil
}

// source contains the occurrences and the attestors to verify them with.
type source struct {
	id, project string
	occurrences []*gcp.Occurrence
	attestors   []*gcp.Attestor
	// theirs means: all occurrences are on the attestor's own note.
	theirs bool
}

func (m *listModel) source(ctx context.Context, clients *gcp.Clients, digest string) (*source, error) {
	if !m.Attestor.IsNull() {
		return m.ofAttestor(ctx, clients, digest)
	}
	project, err := lifecycle.DefaultProject(clients, m.Project)
	if err != nil {
		return nil, err
	}
	of := &source{id: "projects/" + project, project: project}
	if m.Note.IsNull() {
		of.occurrences, err = clients.AttestationsIn(ctx, project, digest)
	} else {
		err = of.take(ctx, clients, m.Note.ValueString(), digest)
	}
	if err != nil {
		return nil, err
	}
	attestors, err := clients.Attestors(ctx, project)
	for _, name := range slices.Sorted(maps.Keys(attestors)) {
		of.attestors = append(of.attestors, attestors[name])
	}
	return of, err
}

func (m *listModel) ofAttestor(ctx context.Context, clients *gcp.Clients, digest string) (*source, error) {
	project := m.Project.ValueString()
	if project == "" {
		project = clients.Project()
	}
	name, attestor, err := readAttestor(ctx, clients, m.Attestor.ValueString(), project)
	if err != nil {
		return nil, err
	}
	if project := m.Project.ValueString(); project != "" && project != name.Project {
		return nil, at("project", fmt.Errorf("project is %q, but attestor has project %q", project, name.Project))
	}
	of := &source{id: name.String(), project: name.Project, attestors: []*gcp.Attestor{attestor}, theirs: true}
	of.occurrences, err = clients.Attestations(ctx, attestor.GetUserOwnedGrafeasNote().GetNoteReference(), digest)
	return of, err
}

// take reads the attestations of a note.
func (s *source) take(ctx context.Context, clients *gcp.Clients, text, digest string) error {
	note, err := resname.ParseNote(text, s.project)
	if err == nil {
		s.id = note.String()
		s.occurrences, err = clients.Attestations(ctx, note.String(), digest)
	}
	return at("note", err)
}

// judge lists the attestors for which the attestation verifies, or the reasons why none does.
func (s *source) judge(occurrence *gcp.Occurrence) listed {
	l := listed{
		Name: types.StringValue(occurrence.GetName()), Note: types.StringValue(occurrence.GetNoteName()),
		ResourceURI: types.StringValue(occurrence.GetResourceUri()), Image: types.StringValue(attest.Image(occurrence.GetResourceUri())),
		PublicKeyIDs: []string{}, Attestors: []string{}, CreateTime: lifecycle.Time(occurrence.GetCreateTime()),
	}
	for _, signature := range occurrence.GetAttestation().GetSignatures() {
		l.PublicKeyIDs = append(l.PublicKeyIDs, signature.GetPublicKeyId())
	}
	var reasons []string
	for _, attestor := range s.attestors {
		if !s.theirs && attestor.GetUserOwnedGrafeasNote().GetNoteReference() != occurrence.GetNoteName() {
			continue
		}
		if err := gcp.Proven(gcp.Keyring(attestor), occurrence.GetAttestation(), gcp.DigestOf(occurrence)); err != nil {
			reasons = append(reasons, attestor.GetName()+": "+inOneLine(err.Error()))
		} else {
			l.Attestors = append(l.Attestors, attestor.GetName())
		}
	}
	if len(reasons) == 0 {
		reasons = []string{fmt.Sprintf("no attestor of project %s reads %s", s.project, occurrence.GetNoteName())}
	}
	l.Verified, l.Reason = types.BoolValue(len(l.Attestors) > 0), types.StringValue("")
	if len(l.Attestors) == 0 {
		l.Reason = types.StringValue(strings.Join(reasons, "; "))
	}
	return l
}
