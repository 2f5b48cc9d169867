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
			planSame(ctx, c)
			return
		}
		if showsAnother(ctx, c) {
			c.Replace = nil
			planRequireAgain(ctx, c)
			return
		}
	}
	planNew(ctx, c)
}

// planSame plans changes without effect on the attestation.
func planSame(ctx context.Context, c *change) {
	if c.Model.Require.Equal(c.Prior.Require) && c.Model.Timeouts.Equal(c.Prior.Timeouts) {
		c.KeepPrior()
		return
	}
	m := *c.Prior
	m.takeWritten(c.Model)
	*c.Model = m
	planRequireAgain(ctx, c)
}

// takeWritten copies the planned values as written. Terraform distinguishes null from a value, even
// if both mean the same.
func (m *model) takeWritten(plan *model) {
	m.Project, m.Attestor, m.Image, m.KMSKeyVersion = plan.Project, plan.Attestor, plan.Image, plan.KMSKeyVersion
	m.Require, m.Timeouts = plan.Require, plan.Timeouts
}

// planNew computes the known values of a new attestation, and refuses it if the attestor cannot
// verify it.
func planNew(ctx context.Context, c *change) {
	m := c.Model
	for _, computed := range []*types.String{&m.ID, &m.Name, &m.Note, &m.ResourceURI, &m.CreateTime, &m.UpdateTime} {
		*computed = types.StringUnknown()
	}
	m.PublicKeyID, m.Signature = given(c.Config.PublicKeyID), given(c.Config.Signature)
	m.SerializedPayload = given(c.Config.SerializedPayload)
	refuseTwoSigners(c)
	if m.Image.IsUnknown() || checkImage(m.Image.ValueString()) != nil {
		return
	}
	announce(c)
	planRequire(ctx, c, nothingToSign)
	if payload, err := attest.Payload(m.Image.ValueString()); err == nil && c.Config.SerializedPayload.IsNull() {
		m.SerializedPayload = types.StringValue(string(payload))
	}
	if !m.complete() || c.Diags.HasError() {
		return
	}
	// Looked-up values are not planned: Terraform plans again during the apply, and reports a
	// different value as an error.
	probe := *m
	refuse(planKey(ctx, c.Clients, c.Walk, &probe, c.Diags), c.Diags)
}

// refuseTwoSigners permits an imported signature beside the key. A new attestation has only one
// signer.
func refuseTwoSigners(c *change) {
	if !written(c.Config.KMSKeyVersion) || !written(c.Config.Signature) {
		return
	}
	c.Diags.AddAttributeError(path.Root("signature"), "Two signers for one attestation",
		"kms_key_version makes Cloud KMS sign a new attestation, but signature is already set. To use kms_key_version, remove "+
			"signature, public_key_id and serialized_payload. If an import generated them, they belong to the previous attestation.")
}

func written(config types.String) bool { return !config.IsNull() && !config.IsUnknown() }

// announce tells policies of the same plan about the attestation: it can satisfy their must_admit.
func announce(c *change) {
	if a, known := c.Model.planned(); known {
		c.Walk.AttestationComes(a)
	}
}

// planned identifies the attestation by attestor and digest. known is false while one of the two is
// unknown.
func (m *model) planned() (a walk.Attestation, known bool) {
	attestor, err := m.attestor()
	_, digest, _ := strings.Cut(m.Image.ValueString(), "@")
	return walk.Attestation{Attestor: attestor.String(), Digest: digest}, err == nil && !m.Attestor.IsUnknown() && !m.Image.IsUnknown()
}

// given returns a configured value, or unknown for a value to compute.
func given(config types.String) types.String {
	if config.IsNull() {
		return types.StringUnknown()
	}
	return config
}

// complete reports whether all values of the request are known.
func (m *model) complete() bool {
	if m.Project.IsUnknown() || m.Attestor.IsUnknown() || m.SerializedPayload.IsUnknown() || m.KMSKeyVersion.IsUnknown() {
		return false
	}
	return !m.KMSKeyVersion.IsNull() || (!m.Signature.IsUnknown() && !m.PublicKeyID.IsUnknown())
}

// planKey finds the attestor's key for the model and sets its id. An attestor that is missing,
// unreadable, or changed by the same plan is left to the apply. Errors of Cloud KMS about the
// version are reported in any case. No permission for the public key is not an error, because the
// apply may not need it.
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
	diags.AddAttributeError(where, "Attestor cannot verify this attestation", err.Error())
}

// planDelete reports images that must be admitted and need the destroyed attestation.
func planDelete(ctx context.Context, c *change) {
	if !c.Clients.Unconfigured() {
		guard.AttestationLeaves(ctx, c.Clients, c.Walk, c.Prior.ID.ValueString(), c.Diags)
	}
}
