package lifecycle

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// identityVersion is the version of identities of resources with moves. OpenTofu does not request a
// new identity for a moved object. It treats the old provider's identity as ours: a higher version
// is refused, the same version is kept, a lower version is upgraded
// (https://github.com/opentofu/opentofu/blob/v1.12.6/internal/tofu/upgrade_resource_state.go).
// hashicorp/google is at version 1; ours is well above.
const identityVersion = 10

var _ resource.ResourceWithUpgradeIdentity = (*Resource[struct{}])(nil)

// UpgradeIdentity implements resource.ResourceWithUpgradeIdentity, for identities of
// hashicorp/google.
func (r *Resource[M]) UpgradeIdentity(context.Context) map[int64]resource.IdentityUpgrader {
	all := map[int64]resource.IdentityUpgrader{}
	for version := range int64(identityVersion) {
		all[version] = resource.IdentityUpgrader{IdentityUpgrader: r.upgradeIdentity}
	}
	return all
}

// upgradeIdentity copies the attributes with equal names.
func (r *Resource[M]) upgradeIdentity(ctx context.Context, req resource.UpgradeIdentityRequest, resp *resource.UpgradeIdentityResponse) {
	from, missing := readSource(req.RawIdentity), []string{}
	resp.Identity.Raw = nulls(resp.Identity.Schema.Type().TerraformType(ctx))
	for _, a := range r.Identity {
		switch value := from.Text(a.Name); {
		case value != "":
			resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root(a.Name), value)...)
		case !a.Optional:
			missing = append(missing, a.Name)
		}
	}
	if problems := append(*from.problems, missing...); len(problems) > 0 {
		resp.Diagnostics.AddError("Cannot upgrade the identity of "+r.words(),
			"Missing or wrong: "+strings.Join(problems, ", ")+".")
	}
}
