package iam

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// withoutDeleted is a policy to go back to without the deleted principals that the policy does not have now: IAM keeps those, and grants
// them nothing new.
func withoutDeleted(c *change, wish, now *gcp.AllowPolicy) *gcp.AllowPolicy {
	wish = proto.CloneOf(wish)
	for g := range allowpolicy.Grants(wish) {
		if allowpolicy.IsDeleted(g.Member) && !allowpolicy.Has(now, g) {
			allowpolicy.Remove(wish, g)
			c.Diags.AddWarning(lifecycle.About("A deleted principal does not get its role back", g.Member),
				fmt.Sprintf("%s had %s on %s before. It is deleted, and IAM grants a deleted principal nothing.", g.Member, g.Role, c.Model.resource()))
		}
	}
	return wish
}

// unrestorable says what to do if IAM refuses what a destroy puts back.
func unrestorable(err error) error {
	if refused, ok := errors.AsType[*gcp.Error](err); ok && refused.Kind == gcp.KindInvalid {
		refused.Remedy = "A destroy puts back who had access before the create, and IAM refuses one of them, for example an account that was deleted since. " +
			"Nothing was written. Give the resource the members that are to stay, apply, and let go of it with a removed block that has destroy = false."
	}
	return err
}
