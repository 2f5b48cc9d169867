package platformpolicy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

type change = lifecycle.Change[model]

const noun = "platform_policy"

// NewResource makes the resource binauthz_platform_policy.
func NewResource() resource.Resource {
	return &lifecycle.Resource[model]{
		Noun: noun, Title: "Platform policy", Describe: describe,
		Identity: []lifecycle.IdentityAttribute{
			{Name: "project", Description: "Id of the project. Defaults to the provider's project.", Optional: true},
			{Name: "platform", Description: "The platform. Defaults to gke.", Optional: true},
			{Name: "name", Description: "Short name of the policy."},
		},
		Ops: lifecycle.Ops[model]{
			Name:  func(m *model) string { return m.name().String() },
			Parse: parse, Identify: identify, Validate: validate, Plan: plan, PlanDelete: planDelete,
			Create: create, Read: read, Update: update, Delete: destroy,
		},
	}
}

func parse(id, project string) (map[string]string, error) {
	name, err := resname.ParseGKEPolicy(id, project)
	return map[string]string{"id": name.String(), "project": name.Project, "name": name.ID}, err
}

func identify(m *model) map[string]string {
	return map[string]string{"project": m.Project.ValueString(), "platform": resname.PlatformGKE, "name": m.Name.ValueString()}
}

func create(ctx context.Context, c *change) error {
	if err := resolve(ctx, c); err != nil {
		return err
	}
	want, err := c.Model.toAPI()
	if err != nil {
		return err
	}
	if err := checkConformance(ctx, c, want); err != nil {
		return err
	}
	written, err := c.Clients.CreatePlatformPolicy(ctx, c.Model.name(), want)
	if err != nil {
		return err
	}
	return c.Model.fromAPI(ctx, written)
}

func read(ctx context.Context, c *change) error {
	now, err := c.Clients.PlatformPolicy(ctx, c.Model.name())
	if err != nil {
		return err
	}
	if err := c.Model.fromAPI(ctx, now); err != nil {
		return err
	}
	learn(ctx, c)
	return nil
}

func update(ctx context.Context, c *change) error {
	if err := resolve(ctx, c); err != nil {
		return err
	}
	want, err := c.Model.toAPI()
	if err != nil {
		return err
	}
	prior, err := c.Prior.toAPI()
	if err != nil {
		return err
	}
	same := conformance.Same(want, prior)
	if !same || !c.Model.MustConform.Equal(c.Prior.MustConform) {
		if err := checkConformance(ctx, c, want); err != nil {
			return err
		}
	}
	if same {
		c.Model.Etag, c.Model.UpdateTime = c.Prior.Etag, c.Prior.UpdateTime
		return nil // no changes to send
	}
	if want.Etag, err = pinned(ctx, c, prior); err != nil {
		return err
	}
	written, err := c.Clients.ReplacePlatformPolicy(ctx, c.Model.name(), want)
	if err != nil {
		return explained(ctx, c, prior, err)
	}
	return c.Model.fromAPI(ctx, written)
}

func destroy(ctx context.Context, c *change) error {
	switch c.Prior.DeletionPolicy.ValueString() {
	case deletionAbandon:
		return nil
	case deletionPrevent:
		return fmt.Errorf("deletion_policy is %s; set another value and apply it first", deletionPrevent)
	}
	prior, err := c.Prior.toAPI()
	if err != nil {
		return err
	}
	etag, err := pinned(ctx, c, prior)
	if err != nil {
		return err
	}
	return explained(ctx, c, prior, c.Clients.DeletePlatformPolicy(ctx, c.Prior.name(), etag))
}
