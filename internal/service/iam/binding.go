package iam

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// memoryOfBefore stores the state from before a create: the members of a binding, or a whole policy
// as JSON. A destroy restores it.
const memoryOfBefore = "before"

// createBinding gives a role to exactly these members.
func (k kind) createBinding(ctx context.Context, c *change) error {
	if err := k.complete(c); err != nil {
		return err
	}
	if err := k.refuseTwice(ctx, c); err != nil {
		return err
	}
	key, wish := c.Model.key(), c.Model.members()
	var before []string
	err := k.edit(ctx, c, func(p *gcp.AllowPolicy, _ bool) error {
		found := allowpolicy.Members(p, key)
		switch {
		case allowpolicy.SameMembers(found, wish): // our own write with a lost reply or state, or the state an import would adopt
		case !lifecycle.TakenOver(*c.Model.TakesOver, takeover(found, wish)):
			return changed(c.Model, strings.Join(found, ", "))
		default:
			before = found
		}
		allowpolicy.SetMembers(p, key, wish)
		return nil
	})
	if err != nil {
		return err
	}
	*c.Model.TakesOver = lifecycle.NullIfUnknown(*c.Model.TakesOver)
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfBefore, before)...)
	return nil
}

// takeover lists the members replaced by a create, "" for none.
func takeover(found, wish []string) string {
	if len(found) == 0 || allowpolicy.SameMembers(found, wish) {
		return ""
	}
	return strings.Join(slices.Sorted(slices.Values(found)), ", ")
}

func (k kind) readBinding(ctx context.Context, c *change) error {
	p, known, err := k.live(ctx, c)
	if err != nil || !known {
		return err
	}
	found := allowpolicy.Members(p, c.Model.key())
	if len(found) == 0 {
		return gone(c.Model)
	}
	c.Model.keepMembers(found)
	return nil
}

// updateBinding changes the members if they equal the planned version, or already the wanted one.
func (k kind) updateBinding(ctx context.Context, c *change) error {
	wish, saw := c.Model.members(), c.Prior.members()
	if allowpolicy.SameMembers(wish, saw) {
		return nil // only the spelling changes
	}
	return k.edit(ctx, c, func(p *gcp.AllowPolicy, _ bool) error { return setMembers(c.Model, p, saw, wish) })
}

func (k kind) deleteBinding(ctx context.Context, c *change) error {
	if c.TakenOver(ctx, c.Prior.ID.ValueString()) {
		return nil // its replacement, created first, owns it now
	}
	before, saw := k.membersBefore(ctx, c), c.Prior.members()
	return unrestorable(k.edit(ctx, c, func(p *gcp.AllowPolicy, _ bool) error {
		if len(allowpolicy.Members(p, c.Model.key())) == 0 {
			return nil // already removed
		}
		left := new(gcp.AllowPolicy)
		allowpolicy.SetMembers(left, c.Model.key(), before)
		return setMembers(c.Model, p, saw, allowpolicy.Members(withoutDeleted(c, left, p), c.Model.key()))
	}))
}

// membersBefore returns the members restored by a destroy: those from before the create, none after
// an import.
func (kind) membersBefore(ctx context.Context, c *change) []string {
	var before []string
	c.Memory.Recall(ctx, memoryOfBefore, &before)
	return before
}

func setMembers(v *view, p *gcp.AllowPolicy, saw, wish []string) error {
	found := allowpolicy.Members(p, v.key())
	if !allowpolicy.SameMembers(found, saw) && !allowpolicy.SameMembers(found, wish) {
		return changed(v, strings.Join(found, ", "))
	}
	allowpolicy.SetMembers(p, v.key(), wish)
	return nil
}

// refuseTwice refuses to create a binding or policy just written by another resource of this apply:
// the two would overwrite each other in every apply.
func (k kind) refuseTwice(ctx context.Context, c *change) error {
	if !c.TakenOver(ctx, c.Model.ID.ValueString()) {
		return nil
	}
	return &lifecycle.AttributeError{Path: path.Root(k.attribute()), Err: errTwice(c.Model.ID.ValueString())}
}
