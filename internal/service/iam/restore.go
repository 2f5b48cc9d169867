package iam

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// withoutDeleted removes deleted principals from a policy to restore, unless the current policy has
// them: IAM keeps those, but grants nothing new to a deleted principal.
func withoutDeleted(c *change, wish, now *gcp.AllowPolicy) *gcp.AllowPolicy {
	wish = proto.CloneOf(wish)
	for g := range allowpolicy.Grants(wish) {
		if allowpolicy.IsDeleted(g.Member) && !allowpolicy.Has(now, g) {
			allowpolicy.Remove(wish, g)
			c.Diags.AddWarning(lifecycle.About("Deleted principal does not get its role back", g.Member),
				fmt.Sprintf("%s had %s on %s before. It is deleted, and "+
					"IAM grants nothing to a deleted principal.", g.Member, g.Role, c.Model.resource()))
		}
	}
	return wish
}

// unrestorable adds a remedy if IAM refuses the restored policy.
func unrestorable(err error) error {
	if refused, ok := errors.AsType[*gcp.Error](err); ok && refused.Kind == gcp.KindInvalid {
		refused.Remedy = "A destroy restores the members from before the create. IAM refuses one of them, for " +
			"example an account deleted since, so nothing was written. Set the members to keep, apply, and remove " +
			"the resource with a removed block and destroy = false."
	}
	return err
}
