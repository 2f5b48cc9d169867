package attestor

import (
	"context"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// model is the state of an attestor.
type model struct {
	ID                            types.String `tfsdk:"id"`
	Project                       types.String `tfsdk:"project"`
	Name                          types.String `tfsdk:"name"`
	Description                   types.String `tfsdk:"description"`
	Note                          types.String `tfsdk:"note"`
	PublicKeys                    types.List   `tfsdk:"public_keys"`
	DelegationServiceAccountEmail types.String `tfsdk:"delegation_service_account_email"`
	UpdateTime                    types.String `tfsdk:"update_time"`
}

func (m *model) name() resname.Attestor {
	return resname.Attestor{Project: m.Project.ValueString(), ID: m.Name.ValueString()}
}

func named(m *model) lifecycle.Named {
	return lifecycle.Named{Project: &m.Project, Name: &m.Name, ID: &m.ID, Full: func() string { return m.name().String() }}
}

// note returns the note's full name. A short name is in the attestor's project.
func (m *model) note() string {
	n, err := resname.ParseNote(m.Note.ValueString(), m.Project.ValueString())
	if err != nil {
		return m.Note.ValueString()
	}
	return n.String()
}

// keys returns the public keys, or nil for an unknown list.
func (m *model) keys(ctx context.Context, diags *diag.Diagnostics) []keyModel {
	if m.PublicKeys.IsUnknown() {
		return nil
	}
	keys := make([]keyModel, 0, len(m.PublicKeys.Elements()))
	for _, element := range m.PublicKeys.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsNull() || object.IsUnknown() {
			var none []keyModel
			diags.Append(m.PublicKeys.ElementsAs(ctx, &none, false)...) // reports the error
			return none
		}
		keys = append(keys, keyOf(object))
	}
	return keys
}

func (m *model) setKeys(keys []keyModel, diags *diag.Diagnostics) {
	elements := make([]attr.Value, len(keys))
	for i, k := range keys {
		object, d := k.object()
		diags.Append(d...)
		elements[i] = object
	}
	list, d := types.ListValue(keyType, elements)
	diags.Append(d...)
	m.PublicKeys = list
}

// toAPI returns the attestor to write. Every key must be resolved.
func (m *model) toAPI(ctx context.Context, diags *diag.Diagnostics) *gcp.Attestor {
	note := &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: m.note()}
	for _, key := range m.keys(ctx, diags) {
		note.PublicKeys = append(note.PublicKeys, key.toAPI())
	}
	return &gcp.Attestor{
		Name:         m.name().String(),
		Description:  m.Description.ValueString(),
		AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{UserOwnedGrafeasNote: note},
	}
}

// fromAPI sets the model to the live attestor. It keeps the spellings of the model if they mean the
// same.
func (m *model) fromAPI(ctx context.Context, a *gcp.Attestor, diags *diag.Diagnostics) error {
	name, err := resname.ParseAttestor(a.GetName(), "")
	if err != nil {
		return err
	}
	note := a.GetUserOwnedGrafeasNote()
	m.ID, m.Project, m.Name = types.StringValue(name.String()), types.StringValue(name.Project), types.StringValue(name.ID)
	m.Description = types.StringValue(a.GetDescription())
	if m.Note.IsNull() || m.note() != note.GetNoteReference() {
		m.Note = types.StringValue(note.GetNoteReference())
	}
	m.DelegationServiceAccountEmail = types.StringValue(note.GetDelegationServiceAccountEmail())
	m.UpdateTime = lifecycle.Time(a.GetUpdateTime())
	m.setKeys(keysFromAPI(note.GetPublicKeys(), m.keys(ctx, diags)), diags)
	return nil
}
