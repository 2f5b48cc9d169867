package policy

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// memoryOfBefore is the key of the earlier policy, as JSON of the API: the policy before the create
// or at the import.
const memoryOfBefore = "before"

func rememberBefore(ctx context.Context, c *change, p *gcp.Policy) {
	raw, err := protojson.Marshal(p)
	if err == nil {
		c.Diags.Append(c.Memory.Remember(ctx, memoryOfBefore, json.RawMessage(raw))...)
	}
}

func before(ctx context.Context, c *change) (*gcp.Policy, bool) {
	var raw json.RawMessage
	if !c.Memory.Recall(ctx, memoryOfBefore, &raw) {
		return nil, false
	}
	p := new(gcp.Policy)
	return p, protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(raw, p) == nil
}

// afterDelete is the policy after a destroy, nil if the destroy changes nothing.
func afterDelete(ctx context.Context, c *change) *gcp.Policy {
	switch c.Prior.DeletionPolicy.ValueString() {
	case deletionAbandon, deletionPrevent:
		return nil
	case deletionRestore:
		if p, known := before(ctx, c); known {
			return p
		}
		return nil // moved and never read or written: the policy is unchanged
	}
	return projectpolicy.GoogleDefault()
}

func planDelete(ctx context.Context, c *change) {
	name := c.Prior.ID.ValueString()
	if c.Prior.DeletionPolicy.ValueString() == deletionPrevent {
		c.Diags.AddAttributeError(path.Root("deletion_policy"), "Destroy prevented",
			name+` has deletion_policy = "PREVENT". To destroy it, set another deletion_policy and apply this change first.`)
		return
	}
	if after := afterDelete(ctx, c); after != nil && !c.Clients.Unconfigured() {
		prior, _ := c.Prior.toAPI(ctx, c.Diags)
		guardOf(ctx, c, c.Prior).DestroyWhole(ctx, c.Diags, prior, after)
	}
}

const adviceToRestore = "Create the attestors again. Or set deletion_policy to RESET (Google's default) or ABANDON (the current policy), " +
	"apply this change, and destroy afterwards."

func destroy(ctx context.Context, c *change) error {
	if c.Prior.DeletionPolicy.ValueString() == deletionPrevent {
		return fmt.Errorf("deletion_policy is PREVENT; set another one and apply this change first")
	}
	after := afterDelete(ctx, c)
	if after == nil {
		return nil
	}
	etag, err := pinned(ctx, c)
	if err != nil {
		return err
	}
	prior, _ := c.Prior.toAPI(ctx, c.Diags)
	if err := guardOf(ctx, c, c.Prior).CheckDestroy(ctx, after, func() *gcp.Policy { return prior }); err != nil {
		return err
	}
	after.Etag = etag
	_, err = c.Clients.UpdatePolicy(ctx, c.Prior.Project.ValueString(), after)
	if gcp.IsKind(err, gcp.KindConflict) {
		return conflict(ctx, c, err)
	}
	return guard.Unrestorable(ctx, c.Clients, err, after, adviceToRestore)
}
