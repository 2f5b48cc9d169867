package iam

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// granted returns the parts of the id, depending on the sort.
func (k kind) granted(v *view) allowpolicy.Grant {
	switch k.sort {
	case members:
		return v.grant()
	case bindings:
		return allowpolicy.Grant{Binding: v.key()}
	case policies:
	}
	return allowpolicy.Grant{}
}

func (k kind) plan(ctx context.Context, c *change) {
	c.Model.ID, c.Model.Etag = types.StringUnknown(), types.StringUnknown()
	resource := k.planResource(c)
	if resource != "" && k.named(c.Config) {
		c.Model.ID = types.StringValue(k.idOf(resource, k.granted(c.Config)))
	}
	if k.replaced(c, resource); c.Prior != nil && len(c.Replace) == 0 && k.same(c.Config, c.Prior) {
		c.KeepPrior()
		k.note(c, resource)
		return
	}
	if c.Diags.HasError() {
		return
	}
	if k.sort != members && c.Prior != nil {
		*c.Model.TakesOver = *c.Prior.TakesOver
	}
	k.judge(ctx, c, resource)
	k.note(c, resource)
}

// named reports whether all parts of the id are known, apart from the object.
func (k kind) named(v *view) bool {
	if k.sort == policies {
		return true
	}
	return !v.Role.IsUnknown() && knownCondition(v.Condition) && (k.sort != members || !v.Member.IsUnknown())
}

// replaced collects the changes that need another resource.
func (k kind) replaced(c *change, resource string) {
	if c.Prior == nil {
		return
	}
	if resource != c.Prior.resource() {
		c.Replace = append(c.Replace, path.Root(k.attribute()))
	} else if k.renews(c, resource) {
		c.Replace = append(c.Replace, path.Root("etag")) // a replaced object loses its allow policy
	}
	if k.sort == policies {
		return
	}
	if !c.Config.Role.Equal(c.Prior.Role) {
		c.Replace = append(c.Replace, path.Root("role"))
	}
	if !knownCondition(c.Config.Condition) || conditionOf(c.Config.Condition) != conditionOf(c.Prior.Condition) {
		c.Replace = append(c.Replace, path.Root("condition"))
	}
	if k.sort == members && (c.Config.Member.IsUnknown() || c.Config.grant().Member != c.Prior.grant().Member) {
		c.Replace = append(c.Replace, path.Root("member"))
	}
}

// same reports whether configuration and state mean the same, for equal object, role and condition.
func (k kind) same(config, prior *view) bool {
	switch k.sort {
	case members:
		return true
	case bindings:
		return lifecycle.KnownElements(*config.Members) && allowpolicy.SameMembers(config.members(), prior.members())
	case policies:
		return !config.PolicyData.IsUnknown() && sameData(config.PolicyData.ValueString(), prior.PolicyData.ValueString())
	}
	return false
}

func sameData(a, b string) bool {
	x, errX := allowpolicy.ReadData(a)
	y, errY := allowpolicy.ReadData(b)
	return errX == nil && errY == nil && allowpolicy.Same(x, y)
}
