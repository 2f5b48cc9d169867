package iam

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

func errTwice(id string) error {
	return fmt.Errorf("another resource of this configuration has just written %s. Two would overwrite each other with every apply. Keep one of the two", id)
}

// data is the policy that is written in the model.
func (v *view) data() (*gcp.AllowPolicy, error) {
	p, err := allowpolicy.ParseData(v.PolicyData.ValueString())
	if err != nil {
		return nil, &lifecycle.AttributeError{Path: path.Root("policy_data"), Err: err}
	}
	return p, nil
}

// createPolicy replaces the whole allow policy.
func (k kind) createPolicy(ctx context.Context, c *change) error {
	wish, err := c.Model.data()
	err = errors.Join(err, k.complete(c))
	if err == nil {
		err = k.refuseTwice(ctx, c)
	}
	if err != nil {
		return err
	}
	before := ""
	err = k.edit(ctx, c, func(p *gcp.AllowPolicy, sent bool) error {
		switch {
		case sent && allowpolicy.Same(p, wish): // a write of ours whose reply was lost
		case !lifecycle.TakenOver(*c.Model.TakesOver, policyTakeover(p, wish)):
			return changed(c.Model, allowpolicy.Summary(p))
		default:
			before = allowpolicy.FormatData(p)
		}
		allowpolicy.Replace(p, wish)
		return nil
	})
	if err != nil {
		return err
	}
	*c.Model.TakesOver = lifecycle.NullIfUnknown(*c.Model.TakesOver)
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfBefore, before)...)
	return nil
}

func policyTakeover(found, wish *gcp.AllowPolicy) string {
	if allowpolicy.Same(found, wish) {
		return ""
	}
	return allowpolicy.Summary(found)
}

func (k kind) readPolicy(ctx context.Context, c *change) error {
	p, known, err := k.live(ctx, c)
	if err != nil || !known {
		return err
	}
	if had, err := c.Model.data(); err != nil || !allowpolicy.Same(had, p) {
		*c.Model.PolicyData = types.StringValue(allowpolicy.FormatData(p))
	}
	return nil
}

// updatePolicy replaces the allow policy if it is still the one that the plan saw.
func (k kind) updatePolicy(ctx context.Context, c *change) error {
	wish, err := c.Model.data()
	if err != nil {
		return err
	}
	if sameData(c.Model.PolicyData.ValueString(), c.Prior.PolicyData.ValueString()) {
		return nil // only the spelling changes
	}
	return k.replace(ctx, c, wish)
}

// deletePolicy puts back what was there before the create; after an import, nothing is left.
func (k kind) deletePolicy(ctx context.Context, c *change) error {
	return k.replace(ctx, c, k.policyBefore(ctx, c))
}

func (kind) policyBefore(ctx context.Context, c *change) *gcp.AllowPolicy {
	before := ""
	c.Memory.Recall(ctx, memoryOfBefore, &before)
	p, err := allowpolicy.ParseData(before)
	if err != nil {
		return new(gcp.AllowPolicy)
	}
	return p
}

func (k kind) replace(ctx context.Context, c *change, wish *gcp.AllowPolicy) error {
	pinned := k.pinned(ctx, c)
	return k.edit(ctx, c, func(p *gcp.AllowPolicy, sent bool) error {
		if ours := sent && allowpolicy.Same(p, wish); !ours && !pinned(p) {
			return changed(c.Model, k.sinceThePlan(c, p))
		}
		allowpolicy.Replace(p, wish)
		return nil
	})
}

// pinned says of a policy that it is the one that the plan's refresh saw: it has its etag. Without one it grants the same.
func (kind) pinned(ctx context.Context, c *change) func(p *gcp.AllowPolicy) bool {
	var etag []byte
	if c.Memory.Recall(ctx, memoryOfEtag, &etag) && len(etag) > 0 {
		return func(p *gcp.AllowPolicy) bool { return bytes.Equal(p.GetEtag(), etag) }
	}
	return func(p *gcp.AllowPolicy) bool {
		saw, err := c.Prior.data()
		return err == nil && allowpolicy.Same(saw, p)
	}
}

func (kind) sinceThePlan(c *change, now *gcp.AllowPolicy) string {
	saw, err := c.Prior.data()
	if err != nil {
		return allowpolicy.Summary(now)
	}
	if what := allowpolicy.Differences(saw, now); len(what) > 0 {
		return strings.Join(what, "; ")
	}
	return "written again with the same contents"
}
