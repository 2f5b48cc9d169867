package iam

import (
	"context"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// createMember adds a grant. It adopts an existing grant, because this changes nothing.
func (k kind) createMember(ctx context.Context, c *change) error {
	if err := k.complete(c); err != nil {
		return err
	}
	g := c.Model.grant()
	return k.edit(ctx, c, func(p *gcp.AllowPolicy, _ bool) error {
		allowpolicy.Add(p, g)
		return nil
	})
}

func (k kind) readMember(ctx context.Context, c *change) error {
	p, known, err := k.live(ctx, c)
	if err != nil || !known {
		return err
	}
	if !allowpolicy.Has(p, c.Model.grant()) {
		return gone(c.Model)
	}
	return nil
}

func (k kind) deleteMember(ctx context.Context, c *change) error {
	if c.TakenOver(ctx, c.Prior.ID.ValueString()) {
		return nil // its replacement, created first, owns it now
	}
	g := c.Model.grant()
	return k.edit(ctx, c, func(p *gcp.AllowPolicy, _ bool) error {
		allowpolicy.Remove(p, g)
		return nil
	})
}
