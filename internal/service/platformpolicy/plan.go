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
	lifecycle.PlanNamed(c, named)
	if c.Model.Description = c.Config.Description; c.Model.Description.IsNull() {
		c.Model.Description = types.StringValue("")
	}
	if !planPolicy(ctx, c) {
		return
	}
	if c.Prior == nil || len(c.Replace) > 0 || !c.Model.ID.Equal(c.Prior.ID) || !sameWish(ctx, c) {
		c.Model.Etag, c.Model.UpdateTime = types.StringUnknown(), types.StringUnknown()
		warnOfWeakening(ctx, c)
		planConformance(ctx, c, false)
		return
	}
	sameImages := c.Model.MustConform.Equal(c.Prior.MustConform)
	if sameImages && c.Model.DeletionPolicy.Equal(c.Prior.DeletionPolicy) {
		c.KeepPrior()
	} else {
		c.Model.GKEPolicy, c.Model.Etag, c.Model.UpdateTime = c.Prior.GKEPolicy, c.Prior.Etag, c.Prior.UpdateTime
	}
	planConformance(ctx, c, sameImages)
}

// planPolicy completes the configured gke_policy. It returns false on failure.
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

// sameWish reports whether plan and state mean the same to the API, and Terraform accepts the
// spelling of the state.
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

// sameVersions reports whether two policies have the same Cloud KMS keys in the same places:
// Terraform requires the configured kms_key_version, and none if it is absent.
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

// versions returns the full names of Cloud KMS key versions by the paths of their keys.
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
