package attestation

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

func plan(ctx context.Context, c *change) {
	lifecycle.PlanProject(c, func(m *model) *types.String { return &m.Project })
	if c.Prior != nil {
		if c.Replace = append(c.Replace, changed(ctx, c)...); len(c.Replace) == 0 {
			c.KeepPrior()
			return
		}
		if showsAnother(ctx, c) {
			c.Replace = nil
			return
		}
	}
	planNew(ctx, c)
}

// planNew computes what can be known of an attestation before it is made, and refuses what the attestor could not verify.
func planNew(ctx context.Context, c *change) {
	m := c.Model
	for _, computed := range []*types.String{&m.ID, &m.Name, &m.Note, &m.ResourceURI, &m.CreateTime, &m.UpdateTime} {
		*computed = types.StringUnknown()
	}
	m.PublicKeyID, m.Signature, m.SerializedPayload = given(c.Config.PublicKeyID), given(c.Config.Signature), given(c.Config.SerializedPayload)
	refuseTwoSigners(c)
	if m.Image.IsUnknown() || checkImage(m.Image.ValueString()) != nil {
		return
	}
	announce(c)
	if payload, err := attest.Payload(m.Image.ValueString()); err == nil && c.Config.SerializedPayload.IsNull() {
		m.SerializedPayload = types.StringValue(string(payload))
	}
	if !m.complete() || c.Diags.HasError() {
		return
	}
	// What is looked up is not planned: Terraform plans again during the apply, and takes another answer for a mistake.
	probe := *m
	refuse(planKey(ctx, c.Clients, c.Walk, &probe, c.Diags), c.Diags)
}

// refuseTwoSigners lets what an import wrote stand beside the key as long as nothing new is made: that is signed by one.
func refuseTwoSigners(c *change) {
	if !written(c.Config.KMSKeyVersion) || !written(c.Config.Signature) {
		return
	}
	c.Diags.AddAttributeError(path.Root("signature"), "Two signers for one attestation",
		"kms_key_version has Cloud KMS sign a new attestation, and signature is one that is made already. With kms_key_version, "+
			"remove signature, public_key_id and serialized_payload: as an import wrote them, they are those of the attestation that was there.")
}

func written(config types.String) bool { return !config.IsNull() && !config.IsUnknown() }

// announce tells policies of the same plan, whose must_admit may count on the attestation.
func announce(c *change) {
	if a, known := c.Model.planned(); known {
		c.Walk.AttestationComes(a)
	}
}

// planned is the attestation by what it is about; known is false while that is not known.
func (m *model) planned() (a walk.Attestation, known bool) {
	attestor, err := m.attestor()
	_, digest, _ := strings.Cut(m.Image.ValueString(), "@")
	return walk.Attestation{Attestor: attestor.String(), Digest: digest}, err == nil && !m.Attestor.IsUnknown() && !m.Image.IsUnknown()
}

// given is what the user wrote; what is left out is computed.
func given(config types.String) types.String {
	if config.IsNull() {
		return types.StringUnknown()
	}
	return config
}

// complete says that nothing the request is made of is left to be known.
func (m *model) complete() bool {
	if m.Project.IsUnknown() || m.Attestor.IsUnknown() || m.SerializedPayload.IsUnknown() || m.KMSKeyVersion.IsUnknown() {
		return false
	}
	return !m.KMSKeyVersion.IsNull() || (!m.Signature.IsUnknown() && !m.PublicKeyID.IsUnknown())
}

// planKey finds the attestor's key for the model and puts in its id. An attestor that this plan makes or changes says nothing yet, nor does one
// that is not there or cannot be read: the apply will see. What Cloud KMS says of the version holds whatever the attestor is; who may not read
// the public key may not have to.
func planKey(ctx context.Context, clients *gcp.Clients, w *walk.Walk, m *model, diags *diag.Diagnostics) error {
	r, err := m.toAPI()
	if err != nil || clients.Ready() != nil {
		return err
	}
	var key attest.Key
	if _, changes := w.Attestor(r.attestor.String()); !changes && len(w.Keys(r.attestor.String())) == 0 {
		if key, _, err = resolve(ctx, clients, r); err == nil {
			m.PublicKeyID = types.StringValue(key.ID)
			return nil
		}
	}
	if err != nil && !ofGoogle(err) {
		return err
	}
	if r.kms != nil {
		_, unread := clients.SharedPublicKey(ctx, *r.kms)
		if unread != nil && (err != nil || !gcp.IsKind(unread, gcp.KindDenied, gcp.KindDisabled)) {
			guard.KeyNotRead(diags, path.Root("kms_key_version"), *r.kms, unread)
		}
	}
	return nil
}

func refuse(err error, diags *diag.Diagnostics) {
	if err == nil {
		return
	}
	where := path.Empty()
	if of, ok := errors.AsType[*lifecycle.AttributeError](err); ok {
		where = of.Path
	}
	diags.AddAttributeError(where, "Attestation that the attestor would not verify", err.Error())
}

// planDelete judges what a destroy takes from images that have to be admitted.
func planDelete(ctx context.Context, c *change) {
	if !c.Clients.Unconfigured() {
		guard.AttestationLeaves(ctx, c.Clients, c.Walk, c.Prior.ID.ValueString(), c.Diags)
	}
}
