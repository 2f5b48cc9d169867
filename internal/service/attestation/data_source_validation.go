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

// validationModel contains the question to the service and the answer.
type validationModel struct {
	ID           types.String `tfsdk:"id"`
	Attestor     types.String `tfsdk:"attestor"`
	Image        types.String `tfsdk:"image"`
	Attestation  types.String `tfsdk:"attestation"`
	Verified     types.Bool   `tfsdk:"verified"`
	Reason       types.String `tfsdk:"reason"`
	Attestations []validated  `tfsdk:"attestations"`
}

// validated is the service's answer for one attestation.
type validated struct {
	Name       types.String `tfsdk:"name"`
	Verified   types.Bool   `tfsdk:"verified"`
	Reason     types.String `tfsdk:"reason"`
	CreateTime types.String `tfsdk:"create_time"`
}

// mostValidated limits the number of attestations per read: the quota is 100 reads a minute per
// project.
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

// candidates returns the attestations to validate, the newest first. It is empty if the configured
// attestation does not exist.
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

// ask returns the service's verdict on one attestation. An attestation of another image never
// counts, even if the service verifies it.
func ask(
	ctx context.Context, clients *gcp.Clients, attestor resname.Attestor, occurrence *gcp.Occurrence, digest string,
) (validated, error) {
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

// conclude combines the answers: one verified attestation is enough. If all were checked and none
// is verified, GKE refuses the image. The reason then begins with GKE's sentence for the attestor.
func (m *validationModel) conclude(attestor resname.Attestor, note string, found int) {
	m.Verified, m.Reason = types.BoolValue(false), types.StringValue("")
	switch {
	case slices.ContainsFunc(m.Attestations, func(v validated) bool { return v.Verified.ValueBool() }):
		m.Verified = types.BoolValue(true)
	case found == 0 && !m.Attestation.IsNull():
		m.Reason = types.StringValue(fmt.Sprintf("attestation %s does not exist", m.Attestation.ValueString()))
	case found == 0:
		m.Reason = types.StringValue("no attestation on its note " + note)
	case found == 1:
		m.Reason = m.Attestations[0].Reason
	default:
		m.Reason = types.StringValue(fmt.Sprintf("none of the newest %d of %d attestations is verified; reason for the newest: %s",
			len(m.Attestations), found, m.Attestations[0].Reason.ValueString()))
	}
	if !m.Verified.ValueBool() && m.Attestation.IsNull() && len(m.Attestations) == found {
		m.Reason = types.StringValue(fmt.Sprintf("%s (%s)",
			admission.Unattested(m.Image.ValueString(), attestor.String()), m.Reason.ValueString()))
	}
}
