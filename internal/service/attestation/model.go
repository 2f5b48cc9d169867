package attestation

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// model is the state of an attestation.
type model struct {
	ID                types.String `tfsdk:"id"`
	Project           types.String `tfsdk:"project"`
	Name              types.String `tfsdk:"name"`
	Attestor          types.String `tfsdk:"attestor"`
	Image             types.String `tfsdk:"image"`
	KMSKeyVersion     types.String `tfsdk:"kms_key_version"`
	PublicKeyID       types.String `tfsdk:"public_key_id"`
	Signature         types.String `tfsdk:"signature"`
	SerializedPayload types.String `tfsdk:"serialized_payload"`
	Note              types.String `tfsdk:"note"`
	ResourceURI       types.String `tfsdk:"resource_uri"`
	CreateTime        types.String `tfsdk:"create_time"`
	UpdateTime        types.String `tfsdk:"update_time"`

	// Require and Timeouts exist only in Terraform.
	Require  types.Object   `tfsdk:"require"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// title names the attestation in a diagnostic, also before it exists.
func (m *model) title() string {
	return cmp.Or(m.ID.ValueString(), "attestation of "+m.Image.ValueString()+" by "+m.Attestor.ValueString())
}

// attestor is the full name of the attestor.
func (m *model) attestor() (resname.Attestor, error) {
	return resname.ParseAttestor(m.Attestor.ValueString(), m.Project.ValueString())
}

// toAPI converts the model to a request. All attributes of the request must be known.
func (m *model) toAPI() (request, error) {
	if !m.KMSKeyVersion.IsNull() {
		r, err := kmsRequest(m.Attestor.ValueString(), m.Image.ValueString(), m.Project.ValueString(), m.KMSKeyVersion.ValueString())
		return m.withPayload(r), err
	}
	r, err := newRequest(m.Attestor.ValueString(), m.Image.ValueString(), m.Project.ValueString())
	if err != nil {
		return r, err
	}
	r.keyID = m.PublicKeyID.ValueString()
	r.signature, err = decoded(m.Signature)
	return m.withPayload(r), at("signature", err)
}

func (m *model) withPayload(r request) request {
	if !m.SerializedPayload.IsUnknown() && !m.SerializedPayload.IsNull() {
		r.payload = []byte(m.SerializedPayload.ValueString())
	}
	return r
}

// fromAPI updates the model from the API. Of several signatures, it shows the one of the model's
// key, otherwise the first.
func (m *model) fromAPI(o *gcp.Occurrence) error {
	if o.GetAttestation() == nil {
		return fmt.Errorf("the occurrence has kind %s: it is not an attestation", o.GetKind())
	}
	name, err := resname.ParseOccurrence(o.GetName(), "")
	if err != nil {
		return err
	}
	m.ID, m.Project, m.Name = types.StringValue(name.String()), types.StringValue(name.Project), types.StringValue(name.ID)
	m.Note, m.ResourceURI = types.StringValue(o.GetNoteName()), types.StringValue(o.GetResourceUri())
	m.Image = types.StringValue(attest.Image(o.GetResourceUri()))
	m.CreateTime, m.UpdateTime = lifecycle.Time(o.GetCreateTime()), lifecycle.Time(o.GetUpdateTime())
	m.SerializedPayload = types.StringValue(string(o.GetAttestation().GetSerializedPayload()))
	m.signatureFromAPI(o.GetAttestation().GetSignatures())
	return nil
}

func (m *model) signatureFromAPI(all []*grafeas.Signature) {
	shown := new(grafeas.Signature)
	for i, s := range all {
		if i == 0 || s.GetPublicKeyId() == m.PublicKeyID.ValueString() {
			shown = s
		}
	}
	m.PublicKeyID = types.StringValue(shown.GetPublicKeyId())
	if have, err := decoded(m.Signature); err != nil || string(have) != string(shown.GetSignature()) {
		m.Signature = types.StringValue(base64.StdEncoding.EncodeToString(shown.GetSignature()))
	}
}

// decoded returns the signature as bytes. A PGP signature has several lines, so base64 can have
// them too.
func decoded(signature types.String) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(signature.ValueString()), ""))
}
