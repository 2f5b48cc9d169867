package attestation

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// validationModel is a question to the service with its answer.
type validationModel struct {
	ID           types.String `tfsdk:"id"`
	Attestor     types.String `tfsdk:"attestor"`
	Image        types.String `tfsdk:"image"`
	Attestation  types.String `tfsdk:"attestation"`
	Verified     types.Bool   `tfsdk:"verified"`
	Reason       types.String `tfsdk:"reason"`
	Attestations []validated  `tfsdk:"attestations"`
}

// validated is what the service said of one attestation.
type validated struct {
	Name       types.String `tfsdk:"name"`
	Verified   types.Bool   `tfsdk:"verified"`
	Reason     types.String `tfsdk:"reason"`
	CreateTime types.String `tfsdk:"create_time"`
}

// mostValidated is how many attestations the service is asked about: 100 reads a minute are all that a project has.
const mostValidated = 20

// NewValidationDataSource makes the data source binauthz_attestation_validation.
func NewValidationDataSource() datasource.DataSource {
	return &lifecycle.DataSource[validationModel]{
		Noun: "attestation_validation", Describe: describeValidation, Fetch: validate,
		Name: func(m *validationModel) string {
			return "validation of " + m.Image.ValueString() + " by " + m.Attestor.ValueString()
		},
	}
}

func validate(ctx context.Context, clients *gcp.Clients, m *validationModel, _ *diag.Diagnostics) error {
	digest, err := digestOf(m.Image.ValueString())
	if err != nil {
		return err
	}
	name, attestor, err := readAttestor(ctx, clients, m.Attestor.ValueString(), clients.Project())
	if err != nil {
		return err
	}
	note := attestor.GetUserOwnedGrafeasNote().GetNoteReference()
	occurrences, err := m.candidates(ctx, clients, note, digest)
	if err != nil {
		return err
	}
	m.ID, m.Attestations = types.StringValue(name.String()+"@"+digest), []validated{}
	for _, occurrence := range occurrences[:min(len(occurrences), mostValidated)] {
		one, err := ask(ctx, clients, name, occurrence, digest)
		if err != nil {
			return err
		}
		m.Attestations = append(m.Attestations, one)
	}
	m.conclude(name, note, len(occurrences))
	return nil
}

// candidates are the attestations to ask about, the newest first. One that is named and not there is none.
func (m *validationModel) candidates(ctx context.Context, clients *gcp.Clients, note, digest string) ([]*gcp.Occurrence, error) {
	if m.Attestation.IsNull() {
		occurrences, err := clients.Attestations(ctx, note, digest)
		slices.Reverse(occurrences)
		return occurrences, err
	}
	occurrence, err := clients.Attestation(ctx, m.Attestation.ValueString())
	if gcp.IsKind(err, gcp.KindNotFound) {
		return nil, nil
	}
	return []*gcp.Occurrence{occurrence}, at("attestation", err)
}

// ask is the service's verdict on one attestation. One of another image proves nothing of this one, whatever the service says.
func ask(ctx context.Context, clients *gcp.Clients, attestor resname.Attestor, occurrence *gcp.Occurrence, digest string) (validated, error) {
	one := validated{Name: types.StringValue(occurrence.GetName()), CreateTime: lifecycle.Time(occurrence.GetCreateTime())}
	if gcp.DigestOf(occurrence) != digest {
		one.Verified, one.Reason = types.BoolValue(false), types.StringValue("it is an attestation of "+occurrence.GetResourceUri())
		return one, nil
	}
	verified, reason, err := clients.ValidateAttestation(ctx, attestor, occurrence)
	if !verified && reason == "" {
		reason = "the service gives no reason"
	}
	one.Verified, one.Reason = types.BoolValue(verified), types.StringValue(inOneLine(reason))
	return one, err
}

// conclude sums up: one attestation that is verified is enough. Where all were asked about and none is, GKE refuses the image with the
// sentence of the attestor, and the reason has that in front.
func (m *validationModel) conclude(attestor resname.Attestor, note string, found int) {
	m.Verified, m.Reason = types.BoolValue(false), types.StringValue("")
	switch {
	case slices.ContainsFunc(m.Attestations, func(v validated) bool { return v.Verified.ValueBool() }):
		m.Verified = types.BoolValue(true)
	case found == 0 && !m.Attestation.IsNull():
		m.Reason = types.StringValue(fmt.Sprintf("there is no attestation %s", m.Attestation.ValueString()))
	case found == 0:
		m.Reason = types.StringValue("there is none on its note " + note)
	case found == 1:
		m.Reason = m.Attestations[0].Reason
	default:
		m.Reason = types.StringValue(fmt.Sprintf("none of the newest %d of %d attestations is verified; of the newest: %s",
			len(m.Attestations), found, m.Attestations[0].Reason.ValueString()))
	}
	if !m.Verified.ValueBool() && m.Attestation.IsNull() && len(m.Attestations) == found {
		m.Reason = types.StringValue(fmt.Sprintf("%s (%s)", admission.Unattested(m.Image.ValueString(), attestor.String()), m.Reason.ValueString()))
	}
}
