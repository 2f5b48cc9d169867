package attestor

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// plannedKeys are the keys there will be, for policies of the same plan.
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

// warnOfNoKeys tells of an attestor that will have no keys. It is no error, whatever that locks out: a key that was stolen has to go at
// once, and the policy may take its turn after.
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

// lastKey is what to say of an attestor that loses its last key. Policies of other projects may require it too; they are not looked for.
func lastKey(ctx context.Context, c *change) (summary, detail string) {
	return lastKeyOf(guardOf(c, c.Prior).Blocked(ctx))
}

func lastKeyOf(rules string, err error) (summary, detail string) {
	switch {
	case rules != "":
		return "Attestor loses its last key, and rules refuse every image", rules +
			"\nIf the key was stolen, that is what is wanted. Otherwise add another key first, and attest with it what has to run."
	case err != nil:
		return "Attestor without public keys", verifiesNothing + fmt.Sprintf("\n\nWhether a rule depends on it could not be found out: %s", err)
	}
	return "Attestor without public keys", verifiesNothing
}

const verifiesNothing = "An attestor without keys verifies no attestation: every image that a policy makes depend on it is refused."
