package attestor

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// plannedKeys returns the planned keys, for policies of the same plan.
func plannedKeys(ctx context.Context, c *change) walk.Attestor {
	planned := walk.Attestor{}
	if !c.Model.Note.IsUnknown() {
		planned.Note = c.Model.note()
	}
	keys := c.Model.keys(ctx, c.Diags)
	switch stay := c.Config.PublicKeys.IsNull() && c.Prior != nil && len(c.Replace) == 0; {
	case stay:
		keys = c.Prior.keys(ctx, c.Diags)
	case c.Model.PublicKeys.IsUnknown():
		return planned
	}
	planned.Listed, planned.Keys = true, keyring(keys)
	for i := range keys {
		if !keys[i].textKnown() {
			planned.Unknown = append(planned.Unknown, keys[i].ID.ValueString())
		}
	}
	return planned
}

// guardOf guards the policies that require the attestor of a model.
func guardOf(c *change, m *model) guard.Attestor {
	return guard.Attestor{Clients: c.Clients, Walk: c.Walk, Name: m.name().String(), Project: m.Project.ValueString()}
}

// warnOfNoKeys warns about an attestor without keys. It is never an error: a stolen key must be
// removable at once, and the policy can be fixed afterwards.
func warnOfNoKeys(ctx context.Context, c *change) {
	if c.Model.PublicKeys.IsUnknown() || len(c.Model.PublicKeys.Elements()) > 0 {
		return
	}
	id, summary, detail := c.Model.ID.ValueString(), "Attestor without public keys", verifiesNothing
	if c.Prior != nil && len(c.Prior.PublicKeys.Elements()) > 0 && !c.Clients.Unconfigured() {
		id = c.Prior.name().String()
		summary, detail = lastKey(ctx, c)
	}
	c.Diags.AddAttributeWarning(path.Root("public_keys"), lifecycle.About(summary, id), detail)
}

// lastKey returns the warning for an attestor without its last key. It does not look for policies
// of other projects.
func lastKey(ctx context.Context, c *change) (summary, detail string) {
	return lastKeyOf(guardOf(c, c.Prior).Blocked(ctx))
}

func lastKeyOf(rules string, err error) (summary, detail string) {
	switch {
	case rules != "":
		return "Attestor loses its last key, and rules refuse every image", rules +
			"\nIf the key was stolen, this is correct. Otherwise add another key first, and attest the required images with it."
	case err != nil:
		return "Attestor without public keys", verifiesNothing + fmt.Sprintf("\n\nCould not check for rules that depend on it: %s", err)
	}
	return "Attestor without public keys", verifiesNothing
}

const verifiesNothing = "An attestor without keys verifies no attestation. A policy that requires it refuses every image."
