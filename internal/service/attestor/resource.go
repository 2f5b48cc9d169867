package attestor

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

type change = lifecycle.Change[model]

// NewResource makes the resource binauthz_attestor.
func NewResource() resource.Resource {
	return &lifecycle.Resource[model]{
		Noun: "attestor", Describe: describe,
		Identity: []lifecycle.IdentityAttribute{
			{Name: "project", Description: "Id of the project. Defaults to the provider's.", Optional: true},
			{Name: "name", Description: "Short name of the attestor."},
		},
		Ops: lifecycle.Ops[model]{
			Name:  func(m *model) string { return m.name().String() },
			Parse: parse, Identify: identify, Validate: validate, Plan: plan, PlanDelete: planDelete,
			Create: create, Read: read, Update: update, Delete: destroy,
		},
		Moves:       moves,
		Recognition: &lifecycle.Recognition[model]{Stored: stored, Live: live, Plain: plain, Note: noteUnchanged},
	}
}

func parse(id, project string) (map[string]string, error) {
	name, err := resname.ParseAttestor(id, project)
	return map[string]string{"id": name.String(), "project": name.Project, "name": name.ID}, err
}

func identify(m *model) map[string]string {
	return map[string]string{"project": m.Project.ValueString(), "name": m.Name.ValueString()}
}

func create(ctx context.Context, c *change) error {
	rememberList(ctx, c)
	if err := resolve(ctx, c); err != nil {
		return err
	}
	attestor, err := c.Clients.CreateAttestor(ctx, c.Model.name(), c.Model.toAPI(ctx, c.Diags))
	if err != nil {
		return err
	}
	return store(ctx, c, attestor)
}

func read(ctx context.Context, c *change) error {
	attestor, err := c.Clients.Attestor(ctx, c.Model.name())
	if err != nil {
		return err
	}
	if err := store(ctx, c, attestor); err != nil {
		return err
	}
	learn(ctx, c)
	return nil
}

func update(ctx context.Context, c *change) error {
	if c.Model.PublicKeys.IsUnknown() {
		rememberList(ctx, c)
		return describeAnew(ctx, c)
	}
	if sameWish(ctx, c) {
		return nil // only the spelling changes, and the plan has the keys of the state
	}
	rememberList(ctx, c)
	if err := resolve(ctx, c); err != nil {
		return err
	}
	want := c.Model.toAPI(ctx, c.Diags)
	etag, err := pinned(ctx, c)
	if err != nil {
		return err
	}
	want.Etag = etag
	attestor, err := c.Clients.UpdateAttestor(ctx, c.Model.name(), want)
	if gcp.IsKind(err, gcp.KindConflict) {
		return conflict(ctx, c, err)
	}
	if err != nil {
		return err
	}
	return store(ctx, c, attestor)
}

func destroy(ctx context.Context, c *change) error {
	return c.Clients.DeleteAttestor(ctx, c.Prior.name())
}

// store sets the model to the reply, and remembers its etag for the next update.
func store(ctx context.Context, c *change, attestor *gcp.Attestor) error {
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfEtag, attestor.GetEtag())...)
	return c.Model.fromAPI(ctx, attestor, c.Diags)
}
