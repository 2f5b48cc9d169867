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
			{Name: "project", Description: "Id of the project of the attestation. Defaults to the provider's project.", Optional: true},
			{Name: "name", Description: "Short name of the attestation, chosen by the service."},
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
	ctx, cancel, err := limited(ctx, c.Model.Timeouts.Create)
	if err != nil {
		return err
	}
	defer cancel()
	r, err := c.Model.toAPI()
	if err != nil {
		return err
	}
	wanted, err := demandOf(ctx, c.Clients, c.Model.Require, r.image, r.project, nothingSigned)
	if err != nil {
		return err
	}
	made, err := attestImage(ctx, c.Clients, r, signing{demand: wanted, took: func(name string) { c.TakeOver(ctx, name) }})
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
		c.Diags.AddWarning(lifecycle.About("Could not check for an existing attestation", made.occurrence.GetName()),
			"The provider wrote the attestation without a search for an existing one, so it can be a duplicate. "+
				lifecycle.Words(made.unseen))
	}
	if made.unvalidated != nil {
		c.Diags.AddAttributeWarning(path.Root("attestor"),
			lifecycle.About("Attestation not validated by the service", made.occurrence.GetName()),
			"The attestation exists and verifies with the attestor's keys, but Binary Authorization did not validate it: "+
				lifecycle.Words(made.unvalidated))
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

// update repeats the checks of a changed require, and stores the new spellings. Every other change
// replaces the attestation.
func update(ctx context.Context, c *change) error {
	if c.Model.Require.Equal(c.Prior.Require) {
		return nil
	}
	ctx, cancel, err := limited(ctx, c.Model.Timeouts.Update)
	if err != nil {
		return err
	}
	defer cancel()
	wanted, err := demandOf(ctx, c.Clients, c.Model.Require, c.Model.Image.ValueString(), c.Model.Project.ValueString(), staysAsItIs)
	if err != nil {
		return err
	}
	return wanted.met(ctx, nil)
}

// destroy waits for resources that search for an attestation of the same image, and keeps one that
// they took over. A create_before_destroy replacement can adopt the old attestation.
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
