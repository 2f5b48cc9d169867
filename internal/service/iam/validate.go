package iam

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

var (
	isRole   = lifecycle.Check("Invalid role", "role", allowpolicy.CheckRole)
	isMember = lifecycle.Check("Invalid member", "member", allowpolicy.CheckMember)
	isData   = lifecycle.Check("Invalid policy data", "policy data", func(text string) error {
		_, err := allowpolicy.ParseData(text)
		return err
	})
)

// validate refuses invalid combinations, without a call.
func (k kind) validate(_ context.Context, c *change) {
	k.validateReference(c)
	if k.sort == policies {
		k.validateData(c)
		return
	}
	if !c.Config.Condition.IsNull() && !k.object.conditional {
		c.Diags.AddAttributeError(path.Root("condition"), "Invalid condition",
			fmt.Sprintf("The allow policy of %s accepts no conditions. Grant the role under a condition on the "+
				"project instead.", k.object.words))
		return
	}
	k.validateMembers(c)
}

func (k kind) validateReference(c *change) {
	if c.Config.object == nil || c.Config.object.IsUnknown() {
		return
	}
	if _, _, err := k.object.locate(c.Config.object.ValueString(), "provider-s-project"); err != nil {
		c.Diags.AddAttributeError(path.Root(k.object.noun), "Invalid "+k.object.noun, err.Error())
	}
}

func (k kind) validateData(c *change) {
	if c.Config.PolicyData.IsUnknown() || k.object.conditional {
		return
	}
	p, err := allowpolicy.ParseData(c.Config.PolicyData.ValueString())
	if err != nil {
		return // the attribute's own validator reports it
	}
	for g := range allowpolicy.Grants(p) {
		if g.Condition != (allowpolicy.Condition{}) {
			c.Diags.AddAttributeError(path.Root("policy_data"), "Invalid policy data", fmt.Sprintf(
				"The allow policy of %s accepts no conditions: %s.", k.object.words, g.Binding))
			return
		}
	}
}

func (k kind) validateMembers(c *change) {
	if c.Config.Role.IsUnknown() || !knownCondition(c.Config.Condition) {
		return
	}
	role, condition := c.Config.Role.ValueString(), conditionOf(c.Config.Condition)
	if k.sort == members {
		if !c.Config.Member.IsUnknown() {
			refuse(c.Diags, path.Root("condition"), allowpolicy.CheckConditional(role, c.Config.Member.ValueString(), condition))
		}
		return
	}
	seen := map[string]bool{}
	for _, m := range c.Config.members() {
		refuse(c.Diags, path.Root("condition"), allowpolicy.CheckConditional(role, m, condition))
		if seen[allowpolicy.Canonical(m)] && m != "" {
			refuse(c.Diags, path.Root("members"), fmt.Errorf("%q is listed twice: addresses are case-insensitive", m))
		}
		seen[allowpolicy.Canonical(m)] = true
	}
}

func refuse(diags *diag.Diagnostics, at path.Path, err error) {
	if err != nil {
		diags.AddAttributeError(at, "Invalid "+at.String(), err.Error())
	}
}
