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

// memoryOfList records whether the applied configuration has public_keys. Without them, the list is
// unknown in the plan; with them, it is known at apply.
const memoryOfList = "lists_keys"

func rememberList(ctx context.Context, c *change) {
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfList, !c.Model.PublicKeys.IsUnknown())...)
}

// leavesKeys reports whether the applied configuration leaves the keys unmanaged.
func leavesKeys(ctx context.Context, memory lifecycle.Memory) bool {
	lists := true
	return memory.Recall(ctx, memoryOfList, &lists) && !lists
}

// describeAnew changes the description. It reads and writes the attestor again, so that keys
// written by others survive.
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

// notePlannedList records whether the plan lists the attestor's keys, and refuses single key
// resources next to a list.
func notePlannedList(c *change) {
	if !c.Model.ID.IsUnknown() {
		refuseSingle(c.Diags, c.Model.ID.ValueString(), c.Walk.PlanKeyList(c.Model.ID.ValueString(), !c.Config.PublicKeys.IsNull()))
	}
}

// noteUnchanged does the same for an attestor recognized as unchanged.
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

// refuseBoth refuses a key resource on an attestor with a list of keys.
func refuseBoth(diags *diag.Diagnostics, at path.Path, attestor string, k walk.Key) {
	id := k.ID
	if id == "" {
		id = "(known after apply)"
	}
	if k.Leaves {
		diags.AddAttributeError(at, "Public key would be lost", fmt.Sprintf("%s has public_keys, so it owns all of "+
			"its keys. This plan destroys the binauthz_attestor_key of key %s, and the destroy removes the key from "+
			"the attestor, even if the list has it. Remove the resource without a destroy:\n\n  removed {\n    from "+
			"= binauthz_attestor_key.NAME\n    lifecycle {\n      destroy = false\n    }\n  }", attestor, id))
		return
	}
	diags.AddAttributeError(at, "Public key is owned twice", fmt.Sprintf("%s has public_keys, so it owns all of its "+
		"keys and removes keys added by others. A binauthz_attestor_key also has key %s. Keep only one of the two. "+
		"Either remove public_keys from the attestor: its keys stay, and you import each one as a "+
		"binauthz_attestor_key. Or remove the binauthz_attestor_key with a removed block and destroy = false.", attestor, id))
}

// warnOfKeysThatGo warns about the replacement of an attestor with unmanaged keys: the new attestor
// has none of them.
func warnOfKeysThatGo(ctx context.Context, c *change) {
	if !c.Config.PublicKeys.IsNull() || c.Prior == nil || len(c.Replace) == 0 || !c.Model.ID.Equal(c.Prior.ID) {
		return
	}
	var ids []string
	for _, k := range c.Prior.keys(ctx, c.Diags) {
		ids = append(ids, k.ID.ValueString())
	}
	if len(ids) > 0 {
		c.Diags.AddWarning(lifecycle.About("Replaced attestor loses its keys", c.Prior.ID.ValueString()), fmt.Sprintf(
			"%s is destroyed and created again without its keys, because they are not managed here:\n  %s\nTerraform "+
				"recreates each binauthz_attestor_key that refers to the attestor. Other keys are lost.",
			c.Prior.ID.ValueString(), strings.Join(ids, "\n  ")))
	}
}
