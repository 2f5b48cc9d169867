package platformpolicy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

func plan(ctx context.Context, c *change) {
	lifecycle.PlanProject(c, func(m *model) *types.String { return &m.Project })
	c.Model.ID = types.StringUnknown()
	if !c.Model.Project.IsUnknown() && !c.Model.Name.IsUnknown() {
		c.Model.ID = types.StringValue(c.Model.name().String())
	}
	if c.Model.Description = c.Config.Description; c.Model.Description.IsNull() {
		c.Model.Description = types.StringValue("")
	}
	if !planPolicy(ctx, c) {
		return
	}
	if c.Prior != nil && len(c.Replace) == 0 && c.Model.ID.Equal(c.Prior.ID) && sameWish(ctx, c) {
		if c.Model.DeletionPolicy.Equal(c.Prior.DeletionPolicy) {
			c.KeepPrior()
			return
		}
		c.Model.GKEPolicy, c.Model.Etag, c.Model.UpdateTime = c.Prior.GKEPolicy, c.Prior.Etag, c.Prior.UpdateTime
		return
	}
	c.Model.Etag, c.Model.UpdateTime = types.StringUnknown(), types.StringUnknown()
	warnOfWeakening(ctx, c)
}

// planPolicy completes gke_policy from what is written. It reports false where it could not.
func planPolicy(ctx context.Context, c *change) bool {
	whole, err := completed(ctx, c.Config.GKEPolicy)
	if err == nil {
		c.Model.GKEPolicy, _ = whole.(types.Object)
		err = planKeys(ctx, c)
	}
	if err != nil {
		c.Diags.AddAttributeError(root, "Cannot plan platform policy", err.Error())
	}
	return err == nil
}

// sameWish says whether plan and state ask the same of the API, and in a form that Terraform takes for the one in the state.
func sameWish(ctx context.Context, c *change) bool {
	if c.Model.Description.IsUnknown() || !isKnown(ctx, c.Model.GKEPolicy) || c.Prior.GKEPolicy.IsNull() {
		return false
	}
	want, err := c.Model.toAPI()
	if err != nil {
		return false
	}
	prior, err := c.Prior.toAPI()
	return err == nil && conformance.Same(want, prior) && sameVersions(ctx, c.Model.GKEPolicy, c.Prior.GKEPolicy)
}

// sameVersions says whether the keys of two policies are in Cloud KMS at the same places: Terraform insists on kms_key_version where it is
// written, and on none where it is not.
func sameVersions(ctx context.Context, a, b types.Object) bool {
	x, y := versions(ctx, a), versions(ctx, b)
	if len(x) != len(y) {
		return false
	}
	for at, name := range x {
		if y[at] != name {
			return false
		}
	}
	return true
}

// versions are the full names of Cloud KMS key versions by the places of their keys.
func versions(ctx context.Context, policy types.Object) map[string]string {
	found := map[string]string{}
	_, _ = rewrite(ctx, policy, root, func(key types.Object, at path.Path) (types.Object, error) {
		if version, err := resname.ParseKMSKeyVersion(text(attribute(key, kmsKeyVersion))); err == nil {
			found[at.String()] = version.String()
		}
		return key, nil
	})
	return found
}
