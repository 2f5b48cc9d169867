package attestor

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// memoryOfList says whether the configuration that was applied has public_keys. A plan has the list unknown if it has not, and everything
// that is written is known when it is applied.
const memoryOfList = "lists_keys"

func rememberList(ctx context.Context, c *change) {
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfList, !c.Model.PublicKeys.IsUnknown())...)
}

// leavesKeys says that the keys were not managed by the configuration that was applied.
func leavesKeys(ctx context.Context, memory lifecycle.Memory) bool {
	lists := true
	return memory.Recall(ctx, memoryOfList, &lists) && !lists
}

// describeAnew changes what there is beside the keys. The attestor is read and written again, so that keys survive which others write.
func describeAnew(ctx context.Context, c *change) error {
	saw, wish := c.Prior.Description.ValueString(), c.Model.Description.ValueString()
	attestor, err := c.Clients.EditAttestor(ctx, c.Model.name(), gcp.Edit[*gcp.Attestor]{Change: func(a *gcp.Attestor, _ bool) error {
		if now := a.GetDescription(); now != saw && now != wish {
			return changed([]string{fmt.Sprintf("description is now %q", now)})
		}
		a.Description = wish
		return nil
	}})
	if err != nil {
		return err
	}
	return store(ctx, c, attestor)
}

// notePlannedList notes whether the plan lists the attestor's keys, and refuses resources beside it for single ones.
func notePlannedList(c *change) {
	if !c.Model.ID.IsUnknown() {
		refuseSingle(c.Diags, c.Model.ID.ValueString(), c.Walk.PlanKeyList(c.Model.ID.ValueString(), !c.Config.PublicKeys.IsNull()))
	}
}

// noteUnchanged does the same for an attestor that is not looked at.
func noteUnchanged(ctx context.Context, c *change, id string) {
	lists := false
	c.Memory.Recall(ctx, memoryOfList, &lists)
	refuseSingle(c.Diags, id, c.Walk.PlanKeyList(id, lists))
}

func refuseSingle(diags *diag.Diagnostics, attestor string, keys []walk.Key) {
	for _, k := range keys {
		refuseBoth(diags, path.Root("public_keys"), attestor, k)
	}
}

// refuseBoth is for a key that has a resource of its own, of an attestor that lists its keys.
func refuseBoth(diags *diag.Diagnostics, at path.Path, attestor string, k walk.Key) {
	id := k.ID
	if id == "" {
		id = "that is not known yet"
	}
	if k.Leaves {
		diags.AddAttributeError(at, "Public key would be lost", fmt.Sprintf("%s has public_keys, which decides on all of its keys, and this plan destroys the binauthz_attestor_key of key %s. "+
			"The destroy would take the key from the attestor, also one that is in the list. Let go of it without a destroy:\n\n"+
			"  removed {\n    from = binauthz_attestor_key.NAME\n    lifecycle {\n      destroy = false\n    }\n  }", attestor, id))
		return
	}
	diags.AddAttributeError(at, "Public key is owned twice", fmt.Sprintf("%s has public_keys, which decides on all of its keys and takes away what others add, and a binauthz_attestor_key has key %s. "+
		"Drop one of the two: leave public_keys out of the attestor, which leaves its keys as they are (import each of them as a binauthz_attestor_key), "+
		"or let go of the binauthz_attestor_key with a removed block that has destroy = false.", attestor, id))
}

// warnOfKeysThatGo is for a replacement of an attestor whose keys are not managed: the new one has none of them.
func warnOfKeysThatGo(ctx context.Context, c *change) {
	if !c.Config.PublicKeys.IsNull() || c.Prior == nil || len(c.Replace) == 0 || !c.Model.ID.Equal(c.Prior.ID) {
		return
	}
	var ids []string
	for _, k := range c.Prior.keys(ctx, c.Diags) {
		ids = append(ids, k.ID.ValueString())
	}
	if len(ids) > 0 {
		c.Diags.AddWarning(lifecycle.About("Attestor is replaced, and its keys go with it", c.Prior.ID.ValueString()), fmt.Sprintf(
			"%s is destroyed and made again without its keys, which are not managed here:\n  %s\nEach binauthz_attestor_key that refers "+
				"to the attestor is made again in the same apply. Other keys are lost.", c.Prior.ID.ValueString(), strings.Join(ids, "\n  ")))
	}
}
