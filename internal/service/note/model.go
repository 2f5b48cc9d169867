package note

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// model is the state of a note.
type model struct {
	ID                types.String `tfsdk:"id"`
	Project           types.String `tfsdk:"project"`
	Name              types.String `tfsdk:"name"`
	HumanReadableName types.String `tfsdk:"human_readable_name"`
	ShortDescription  types.String `tfsdk:"short_description"`
	LongDescription   types.String `tfsdk:"long_description"`
	RelatedURL        types.Set    `tfsdk:"related_url"`
	RelatedNoteNames  types.Set    `tfsdk:"related_note_names"`
	ExpirationTime    types.String `tfsdk:"expiration_time"`
	CreateTime        types.String `tfsdk:"create_time"`
	UpdateTime        types.String `tfsdk:"update_time"`
}

// relatedURL is one link of a note.
type relatedURL struct {
	URL   types.String `tfsdk:"url"`
	Label types.String `tfsdk:"label"`
}

func (m *model) name() resname.Note {
	return resname.Note{Project: m.Project.ValueString(), ID: m.Name.ValueString()}
}

func named(m *model) lifecycle.Named {
	return lifecycle.Named{Project: &m.Project, Name: &m.Name, ID: &m.ID, Full: func() string { return m.name().String() }}
}

// toAPI returns the note to write.
func (m *model) toAPI(ctx context.Context) *gcp.Note {
	note := &gcp.Note{
		ShortDescription: m.ShortDescription.ValueString(),
		LongDescription:  m.LongDescription.ValueString(),
		Type: &grafeas.Note_Attestation{Attestation: &grafeas.AttestationNote{
			Hint: &grafeas.AttestationNote_Hint{HumanReadableName: m.HumanReadableName.ValueString()},
		}},
	}
	var urls []relatedURL
	m.RelatedURL.ElementsAs(ctx, &urls, false)
	for _, u := range urls {
		note.RelatedUrl = append(note.RelatedUrl, &grafeas.RelatedUrl{Url: u.URL.ValueString(), Label: u.Label.ValueString()})
	}
	m.RelatedNoteNames.ElementsAs(ctx, &note.RelatedNoteNames, false)
	slices.Sort(note.RelatedNoteNames)
	slices.SortFunc(note.RelatedUrl, func(a, b *grafeas.RelatedUrl) int {
		return cmp.Or(cmp.Compare(a.Url, b.Url), cmp.Compare(a.Label, b.Label))
	})
	if t, err := time.Parse(time.RFC3339Nano, m.ExpirationTime.ValueString()); err == nil {
		note.ExpirationTime = timestamppb.New(t)
	}
	return note
}

// fromAPI sets the model to the live note. It keeps the spellings of the model if they mean the
// same.
func (m *model) fromAPI(ctx context.Context, note *gcp.Note) error {
	if note.GetAttestation() == nil {
		return fmt.Errorf("the kind of the note is %s; an attestor needs a note of kind ATTESTATION", note.GetKind())
	}
	name, err := resname.ParseNote(note.GetName(), "")
	if err != nil {
		return err
	}
	m.ID, m.Project, m.Name = types.StringValue(name.String()), types.StringValue(name.Project), types.StringValue(name.ID)
	m.HumanReadableName = types.StringValue(note.GetAttestation().GetHint().GetHumanReadableName())
	m.ShortDescription = types.StringValue(note.GetShortDescription())
	m.LongDescription = types.StringValue(note.GetLongDescription())
	m.ExpirationTime = keepTime(m.ExpirationTime, note.GetExpirationTime())
	m.CreateTime, m.UpdateTime = lifecycle.Time(note.GetCreateTime()), lifecycle.Time(note.GetUpdateTime())
	m.relatedFromAPI(ctx, note)
	return nil
}

func (m *model) relatedFromAPI(ctx context.Context, note *gcp.Note) {
	m.RelatedNoteNames, _ = types.SetValueFrom(ctx, types.StringType, append([]string{}, note.GetRelatedNoteNames()...))
	urls := []relatedURL{}
	for _, u := range note.GetRelatedUrl() {
		urls = append(urls, relatedURL{types.StringValue(u.GetUrl()), types.StringValue(u.GetLabel())})
	}
	m.RelatedURL, _ = types.SetValueFrom(ctx, relatedURLType, urls)
}

// keepTime keeps the spelling of an equal time.
func keepTime(prior types.String, t *timestamppb.Timestamp) types.String {
	if t == nil {
		return types.StringNull()
	}
	if p, err := time.Parse(time.RFC3339Nano, prior.ValueString()); err == nil && p.Equal(t.AsTime()) {
		return prior
	}
	return lifecycle.Time(t)
}
