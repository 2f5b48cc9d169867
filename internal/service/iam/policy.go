package iam

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

func errTwice(id string) error {
	return fmt.Errorf("another resource of this configuration has just written %s. Both would overwrite each other "+
		"in every apply. Keep one of the two", id)
}

// data parses the policy of the model. The service may accept members unknown to us, so only
// validation refuses them.
func (v *view) data() (*gcp.AllowPolicy, error) {
	p, err := allowpolicy.ReadData(v.PolicyData.ValueString())
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
	var before *gcp.AllowPolicy
	err = k.edit(ctx, c, func(p *gcp.AllowPolicy, _ bool) error {
		switch {
		case allowpolicy.Same(p, wish): // our own write with a lost reply or state, or the state an import would adopt
		case !lifecycle.TakenOver(*c.Model.TakesOver, policyTakeover(p, wish)):
			return changed(c.Model, allowpolicy.Summary(p))
		default:
			before = proto.CloneOf(p)
		}
		allowpolicy.Replace(p, wish)
		return nil
	})
	if err != nil {
		return err
	}
	*c.Model.TakesOver = lifecycle.NullIfUnknown(*c.Model.TakesOver)
	return rememberPolicy(ctx, c, before)
}

// rememberPolicy stores the policy from before a create as returned by the service.
func rememberPolicy(ctx context.Context, c *change, before *gcp.AllowPolicy) error {
	if before == nil {
		return nil
	}
	raw, err := protojson.Marshal(before)
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfBefore, string(raw))...)
	return err
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

// updatePolicy replaces the allow policy if it equals the planned version.
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

// deletePolicy restores the policy from before the create, or an empty one after an import.
func (k kind) deletePolicy(ctx context.Context, c *change) error {
	if c.TakenOver(ctx, c.Prior.ID.ValueString()) {
		return nil // its replacement, created first, owns it now
	}
	before, err := policyBefore(ctx, c)
	if err != nil {
		return err
	}
	return unrestorable(k.replace(ctx, c, before))
}

// policyBefore returns the policy restored by a destroy: the one from before the create, or an
// empty one after an import.
func policyBefore(ctx context.Context, c *change) (*gcp.AllowPolicy, error) {
	raw, p := "", new(gcp.AllowPolicy)
	if !c.Memory.Recall(ctx, memoryOfBefore, &raw) {
		return p, nil
	}
	return p, protojson.Unmarshal([]byte(raw), p)
}

func (k kind) replace(ctx context.Context, c *change, wish *gcp.AllowPolicy) error {
	pinned := k.pinned(ctx, c)
	return k.edit(ctx, c, func(p *gcp.AllowPolicy, sent bool) error {
		if ours := sent && allowpolicy.Same(p, wish); !ours && !pinned(p) {
			return changed(c.Model, k.sinceThePlan(c, p))
		}
		allowpolicy.Replace(p, withoutDeleted(c, wish, p))
		return nil
	})
}

// pinned reports whether a policy has the etag and the grants of the plan's refresh. The etag alone
// does not show changes by other edits of the same write.
func (kind) pinned(ctx context.Context, c *change) func(p *gcp.AllowPolicy) bool {
	var etag []byte
	known := c.Memory.Recall(ctx, memoryOfEtag, &etag) && len(etag) > 0
	saw, err := c.Prior.data()
	return func(p *gcp.AllowPolicy) bool {
		return err == nil && allowpolicy.Same(saw, p) && (!known || bytes.Equal(p.GetEtag(), etag))
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
