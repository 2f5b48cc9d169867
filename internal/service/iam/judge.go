package iam

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// judge warns about access opened or removed by a create or an update, and plans takes_over.
func (k kind) judge(ctx context.Context, c *change, resource string) {
	if !k.wished(c.Model) {
		k.takeOver(c, types.StringUnknown())
		return
	}
	k.warnOfPublic(c, resource)
	if resource == "" || c.Model.ID.IsUnknown() || c.Clients.Unconfigured() {
		k.takeOver(c, types.StringUnknown())
		return
	}
	if k.renews(c, resource) {
		k.takeOver(c, types.StringNull())
		return
	}
	now, err := c.Clients.AllowPolicy(ctx, resource)
	switch {
	case gcp.IsKind(err, gcp.KindNotFound): // this apply creates the object
		k.takeOver(c, types.StringNull())
	case err != nil:
		k.takeOver(c, types.StringUnknown())
		k.warnOfUnread(c, resource, err)
	default:
		k.warnOfLost(c, resource, now, k.after(c.Model, now))
		k.takeOver(c, k.found(c, now))
	}
}

// renews reports whether this plan replaces the object. The new one begins without an allow policy.
func (k kind) renews(c *change, resource string) bool {
	return !k.object.byProject && c.Walk.Replaces(resource)
}

// wished reports whether the planned grants are known.
func (k kind) wished(v *view) bool {
	switch k.sort {
	case members:
		return !v.Member.IsUnknown() && k.named(v)
	case bindings:
		return lifecycle.KnownElements(*v.Members) && k.named(v)
	case policies:
		_, err := v.data()
		return !v.PolicyData.IsUnknown() && err == nil
	}
	return false
}

// after returns the allow policy with the planned grants.
func (k kind) after(v *view, now *gcp.AllowPolicy) *gcp.AllowPolicy {
	p := proto.CloneOf(now)
	switch k.sort {
	case members:
		allowpolicy.Add(p, v.grant())
	case bindings:
		allowpolicy.SetMembers(p, v.key(), v.members())
	case policies:
		if wish, err := v.data(); err == nil {
			allowpolicy.Replace(p, wish)
		}
	}
	return p
}

// found describes the access removed by a create.
func (k kind) found(c *change, now *gcp.AllowPolicy) types.String {
	text := ""
	switch k.sort {
	case bindings:
		text = takeover(allowpolicy.Members(now, c.Model.key()), c.Model.members())
	case policies:
		if wish, err := c.Model.data(); err == nil {
			text = policyTakeover(now, wish)
		}
	case members:
	}
	return lifecycle.Text(text)
}

func (k kind) takeOver(c *change, found types.String) {
	if k.sort == members || c.Prior != nil && len(c.Replace) == 0 {
		return
	}
	if c.Prior == nil && c.Walk.Holds(c.Model.ID.ValueString()) {
		found = types.StringUnknown() // a destroy comes first, and restores the earlier state
	}
	*c.Model.TakesOver = found
	if c.Model.ID.IsUnknown() {
		return
	}
	lifecycle.WarnOfTakeover(c.Diags, c.Model.ID.ValueString(), found)
}

// warnOfUnread warns about an unreadable policy. Creates and updates of members remove no access,
// so they need no warning.
func (k kind) warnOfUnread(c *change, resource string, err error) {
	if k.sort == members {
		return
	}
	c.Diags.AddWarning(lifecycle.About("Not checked until apply", resource), "Could not read the allow policy, so "+
		"the plan does not show who loses access: "+lifecycle.Words(err))
}

func (k kind) warnOfPublic(c *change, resource string) {
	had := map[allowpolicy.Grant]bool{}
	if c.Prior != nil {
		had = allowpolicy.Grants(k.after(c.Prior, new(gcp.AllowPolicy)))
	}
	for g := range allowpolicy.Grants(k.after(c.Model, new(gcp.AllowPolicy))) {
		if allowpolicy.IsPublic(g.Member) && !had[g] {
			c.Diags.AddWarning(lifecycle.About("Role is granted to everybody", strings.TrimSpace(resource+" "+g.Role)),
				fmt.Sprintf("%s is granted to %s: %s. To limit it, grant it to accounts or a group.", g.Role, g.Member, public[g.Member]))
		}
	}
}

var public = map[string]string{
	allowpolicy.AllUsers:              "anyone on the internet, without signing in",
	allowpolicy.AllAuthenticatedUsers: "anyone with a Google account, including accounts outside your organization",
}

// warnOfLost warns if Google's service agent or the provider's own account loses a role. Both
// losses are noticed late.
func (k kind) warnOfLost(c *change, resource string, before, after *gcp.AllowPolicy) {
	caller := "serviceAccount:" + strings.ToLower(c.Clients.CallerEmail())
	for _, g := range allowpolicy.Lost(before, after) {
		switch {
		case allowpolicy.IsServiceAgent(g.Member):
			c.Diags.AddWarning(lifecycle.About("Binary Authorization's service agent loses a role", resource+" "+g.Role),
				fmt.Sprintf("%s loses %s on %s. It reads attestors, policies and attestations to decide about a pod. "+
					"Without the role, images that need an attestation can be refused.", g.Member, g.Role, resource))
		case g.Member == caller:
			c.Diags.AddWarning(lifecycle.About("This provider's own account loses a role", resource+" "+g.Role),
				fmt.Sprintf("%s, the account of this provider, loses %s on %s. Without another role for the same "+
					"access, the next apply may be denied.", g.Member, g.Role, resource))
		}
	}
}

// planDelete warns about access removed by a destroy.
func (k kind) planDelete(ctx context.Context, c *change) {
	resource := c.Prior.resource()
	if c.Model == nil || !k.renews(c, resource) { // else the destroy comes before the new object
		k.noteGrants(c, c.Prior, resource, true)
	}
	if c.Clients.Unconfigured() {
		return
	}
	now, err := c.Clients.AllowPolicy(ctx, resource)
	if err != nil {
		return // the destroy reports the error
	}
	after := proto.CloneOf(now)
	switch k.sort {
	case members:
		allowpolicy.Remove(after, c.Prior.grant())
	case bindings:
		allowpolicy.SetMembers(after, c.Prior.key(), k.membersBefore(ctx, c))
	case policies:
		if after, err = policyBefore(ctx, c); err != nil {
			return
		}
	}
	k.warnOfLost(c, resource, now, after)
}

// note records the plan in the walk, and reports conflicts with other resources.
func (k kind) note(c *change, resource string) {
	if resource == "" || !k.named(c.Config) && (k.sort != members || c.Config.Role.IsUnknown() || !knownCondition(c.Config.Condition)) {
		return
	}
	k.noteGrants(c, c.Model, resource, false)
}

func (k kind) noteGrants(c *change, v *view, resource string, leaves bool) {
	planned := walk.Grants{
		ID: v.ID.ValueString(), Object: resource, Leaves: leaves, Comes: !leaves && c.Prior == nil,
		Whole: k.sort == policies, Open: !leaves && !k.wished(v), Members: map[string]bool{},
	}
	if k.sort != policies {
		planned.Roles = append(planned.Roles, keyText(v.key()))
	}
	if k.sort == bindings {
		planned.Binding = keyText(v.key())
	}
	if planned.ID == "" {
		planned.ID = resource + " " + v.key().Role + " (known after apply)"
	}
	if !planned.Open {
		for g := range allowpolicy.Grants(k.after(v, new(gcp.AllowPolicy))) {
			planned.Members[keyText(g.Binding)+" "+g.Member] = true
			planned.Roles = append(planned.Roles, keyText(g.Binding))
		}
	}
	for _, other := range c.Walk.PlanGrants(planned) {
		k.reportOther(c, planned, other)
	}
}

// keyText is a unique text for a binding.
func keyText(b allowpolicy.Binding) string { return b.Role + " " + b.Condition.String() }

func (kind) reportOther(c *change, planned, other walk.Grants) {
	if planned.Leaves == other.Leaves {
		c.Diags.AddWarning(lifecycle.About("Two resources manage one role", planned.Object),
			fmt.Sprintf("%s and %s manage the same role. In every apply, each removes the grants of the other. Keep "+
				"one of the two: *_iam_policy manages a whole policy, *_iam_binding all members of a role, "+
				"*_iam_member one member.", planned.ID, other.ID))
		return
	}
	goes, stays := planned, other
	if other.Leaves {
		goes, stays = other, planned
	}
	c.Diags.AddError("Role would be lost", fmt.Sprintf(roleLost, goes.ID, stays.ID))
}

const roleLost = `This plan destroys %s, and keeps or creates %s on the same object. ` +
	`Terraform does both in any order. If the destroy comes last, it can remove the grants of the other resource. ` +
	`If it comes first, a create that replaces these grants stops, because they have changed since the plan.

Remove the first resource without a destroy:

  removed {
    from = OLD_ADDRESS
    lifecycle {
      destroy = false
    }
  }

If the other resource replaces the grants left behind, its own destroy restores them. ` +
	`If the destroy is meant to remove a role for good, apply it alone first.`
