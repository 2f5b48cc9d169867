package attestor

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// plannedKeys are the keys there will be, for policies of the same plan; nil while the list is not known.
func plannedKeys(ctx context.Context, c *change) any {
	if c.Model.PublicKeys.IsUnknown() {
		return nil
	}
	keys := c.Model.keys(ctx, c.Diags)
	planned := gcp.PlannedKeys{Known: keyring(keys)}
	for i := range keys {
		if !keys[i].textKnown() {
			planned.Open = append(planned.Open, keys[i].ID.ValueString())
		}
	}
	return planned
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
		summary, detail = lastKey(ctx, c, id)
	}
	c.Diags.AddAttributeWarning(path.Root("public_keys"), lifecycle.About(summary, id), detail)
}

// lastKey is what to say of an attestor that loses its last key. Policies of other projects may require it too; they are not looked for.
func lastKey(ctx context.Context, c *change, attestor string) (summary, detail string) {
	policy := resname.Policy{Project: c.Prior.Project.ValueString()}
	now, err := c.Clients.Policy(ctx, policy.Project)
	if err != nil {
		return "Attestor without public keys", verifiesNothing + fmt.Sprintf("\n\nWhether a rule of %s depends on it could not be found out: %s", policy, err)
	}
	rules := blockedBy(now, attestor)
	if len(rules) == 0 {
		return "Attestor without public keys", verifiesNothing
	}
	return "Attestor loses its last key, and rules refuse every image", fmt.Sprintf(
		"These rules of %s, as it is now, require attestations of %s and are enforced. From then on they refuse every image that no pattern exempts:\n  %s\n"+
			"If the key was stolen, that is what is wanted. Otherwise add another key first, and attest with it what has to run.",
		policy, attestor, strings.Join(rules, "\n  "))
}

const verifiesNothing = "An attestor without keys verifies no attestation: every image that a policy makes depend on it is refused."

// blockedBy are the rules of a policy that nothing meets once the attestor has no keys.
func blockedBy(p *gcp.Policy, attestor string) (rules []string) {
	for _, lockout := range admission.Lockouts(gcp.Rules(p), func(name string) (int, bool) { return 0, name == attestor }) {
		if lockout.Code == admission.AttestorWithoutKeys {
			rules = append(rules, lockout.Path.Rule())
		}
	}
	return rules
}
