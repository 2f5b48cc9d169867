// Package attestation is the resource binauthz_attestation, its data sources and its action: an attestor's signed word for one
// image.
package attestation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

type change = lifecycle.Change[model]

// NewResource makes the resource binauthz_attestation.
func NewResource() resource.Resource {
	return &lifecycle.Resource[model]{
		Noun: "attestation", Describe: describe,
		Identity: []lifecycle.IdentityAttribute{
			{Name: "project", Description: "Id of the project that keeps the attestation. Defaults to the provider's.", Optional: true},
			{Name: "name", Description: "Short name of the attestation, which the service chose."},
		},
		Moves: moves,
		Ops: lifecycle.Ops[model]{
			Name: (*model).title, Parse: parse, Identify: identify, Validate: checkConfig, Plan: plan, PlanDelete: planDelete, Adopts: true,
			Create: create, Read: read, Update: update, Delete: destroy,
		},
	}
}

func identify(m *model) map[string]string {
	return map[string]string{"project": m.Project.ValueString(), "name": m.Name.ValueString()}
}

func create(ctx context.Context, c *change) error {
	r, err := c.Model.toAPI()
	if err != nil {
		return err
	}
	made, err := attestImage(ctx, c.Clients, r, signing{took: func(name string) { c.TakeOver(ctx, name) }})
	if err != nil {
		return err
	}
	if a, known := c.Model.planned(); known {
		c.Walk.AttestationMade(a)
	}
	warnUnvalidated(c, made)
	c.Model.PublicKeyID = types.StringValue(made.keyID)
	return c.Model.fromAPI(made.occurrence)
}

func warnUnvalidated(c *change, made *outcome) {
	if made.unseen != nil {
		c.Diags.AddWarning(lifecycle.About("Attestations were not looked at", made.occurrence.GetName()),
			"The attestation was made without a look at those that are there: it may be a second one. "+lifecycle.Words(made.unseen))
	}
	if made.unvalidated != nil {
		c.Diags.AddAttributeWarning(path.Root("attestor"), lifecycle.About("Attestation not validated by the service", made.occurrence.GetName()),
			"The attestation is there, and verifies with the attestor's keys. Binary Authorization was not asked: "+lifecycle.Words(made.unvalidated))
	}
}

func read(ctx context.Context, c *change) error {
	o, err := find(ctx, c)
	if err != nil {
		return err
	}
	if err := c.Model.fromAPI(o); err != nil {
		return err
	}
	completeImport(ctx, c, o)
	warnUnverifiable(ctx, c, o)
	return nil
}

func find(ctx context.Context, c *change) (*gcp.Occurrence, error) {
	if c.Model.Note.IsNull() {
		return c.Clients.Attestation(ctx, c.Model.ID.ValueString())
	}
	return c.Clients.AttestationOf(ctx, c.Model.Note.ValueString(), c.Model.ID.ValueString())
}

// update only takes over how the user writes things: what changes an attestation makes a new one.
func update(context.Context, *change) error { return nil }

// destroy waits for other resources that look for an attestation of the same image at this moment, and leaves one that they have taken
// over: a replacement that is created before the old one is destroyed can find the old one good.
func destroy(ctx context.Context, c *change) error {
	unlock, err := c.Clients.LockAttestations(ctx, c.Prior.Project.ValueString(), c.Prior.Image.ValueString())
	if err != nil {
		return err
	}
	defer unlock()
	if c.TakenOver(ctx, c.Prior.ID.ValueString()) {
		return nil
	}
	return c.Clients.DeleteAttestation(ctx, c.Prior.ID.ValueString())
}
