package policy

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

type change = lifecycle.Change[model]

var asIs = basetypes.ObjectAsOptions{}

// NewResource makes the resource binauthz_policy.
func NewResource() resource.Resource {
	return &lifecycle.Resource[model]{
		Noun: "policy", Describe: describe,
		Identity: []lifecycle.IdentityAttribute{{Name: "project", Description: "Id of the project."}},
		Moves:    moves,
		Ops: lifecycle.Ops[model]{
			Name:  func(m *model) string { return projectpolicy.ID(m.Project.ValueString()) },
			Parse: parse, Identify: func(m *model) map[string]string { return map[string]string{"project": m.Project.ValueString()} },
			Validate: validate, Plan: plan, PlanDelete: planDelete, InPlaceOnly: true,
			Create: create, Read: read, Update: update, Delete: destroy,
		},
	}
}

func parse(id, _ string) (map[string]string, error) {
	name, err := resname.ParsePolicy(id)
	if err == nil {
		err = resname.CheckProjectID(name.Project)
	}
	return map[string]string{"id": name.String(), "project": name.Project}, err
}

func create(ctx context.Context, c *change) error {
	project := c.Model.Project.ValueString()
	now, err := c.Clients.FreshPolicy(ctx, project)
	if err != nil {
		return err
	}
	if !projectpolicy.IsGoogleDefault(now) && !c.Model.AdoptExisting.ValueBool() {
		return errors.New(notDefault(now, project))
	}
	if !lifecycle.TakenOver(c.Model.TakesOver, takeover(now)) && c.Model.AdoptExisting.ValueBool() {
		return changedSince(c, "  "+strings.Join(projectpolicy.Description(now), "\n  "))
	}
	rememberBefore(ctx, c, now)
	return write(ctx, c, now, now.GetEtag())
}

func read(ctx context.Context, c *change) error {
	project := c.Model.Project.ValueString()
	now, err := c.Clients.Policy(ctx, project)
	if err != nil {
		return err
	}
	if _, known := before(ctx, c); !known {
		rememberBefore(ctx, c, now)
	}
	return store(ctx, c, now)
}

func update(ctx context.Context, c *change) error {
	wish, _ := c.Model.toAPI(ctx, c.Diags)
	prior, _ := c.Prior.toAPI(ctx, c.Diags)
	if projectpolicy.Same(wish, prior) {
		c.Model.Etag, c.Model.UpdateTime = c.Prior.Etag, c.Prior.UpdateTime
		return guardOf(ctx, c, c.Model).Check(ctx, prior, wish) // nothing to write
	}
	etag, err := pinned(ctx, c)
	if err != nil {
		return err
	}
	return write(ctx, c, prior, etag)
}

// write replaces the policy if it still has the etag, and stores the result.
func write(ctx context.Context, c *change, before *gcp.Policy, etag string) error {
	wish, _ := c.Model.toAPI(ctx, c.Diags)
	if err := guardOf(ctx, c, c.Model).Check(ctx, before, wish); err != nil {
		return err
	}
	wish.Etag = etag
	written, err := c.Clients.UpdatePolicy(ctx, c.Model.Project.ValueString(), wish)
	if gcp.IsKind(err, gcp.KindConflict) && c.Prior != nil {
		return conflict(ctx, c, err)
	}
	if err != nil {
		return err
	}
	return store(ctx, c, written)
}

// store copies the live policy into the model.
func store(ctx context.Context, c *change, now *gcp.Policy) error {
	c.Model.fromAPI(ctx, now, c.Model.Project.ValueString(), c.Diags)
	c.Model.settle()
	return nil
}

// settle fills in the defaults of settings without a value after an import or a move.
func (m *model) settle() {
	if m.DeletionPolicy.IsNull() {
		m.DeletionPolicy = types.StringValue(deletionRestore)
	}
	m.TakesOver = lifecycle.NullIfUnknown(m.TakesOver)
	m.AdoptExisting, m.AcknowledgeLockout = lifecycle.False(m.AdoptExisting), lifecycle.False(m.AcknowledgeLockout)
}

// conflict describes the changes made by others since the plan.
func conflict(ctx context.Context, c *change, err error) error {
	now, readErr := c.Clients.FreshPolicy(ctx, c.Model.Project.ValueString())
	if readErr != nil {
		return err
	}
	prior, _ := c.Prior.toAPI(ctx, c.Diags)
	lines := projectpolicy.Differences(prior, now)
	if len(lines) == 0 {
		lines = []string{"it was written again with the same contents"}
	}
	return changedSince(c, "  "+strings.Join(lines, "\n  "))
}

func changedSince(c *change, what string) error {
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: "UpdatePolicy", Resource: projectpolicy.ID(c.Model.Project.ValueString()),
		Message: "the policy has changed since the plan, and nothing was written:\n" + what,
		Remedy:  "Make a new plan, review it, and apply it.",
	}
}
