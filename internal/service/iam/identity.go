package iam

import "github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"

// identity is the unique key of a resource: the object, and for bindings the role and the complete
// condition. Two conditions with the same title are different.
func (k kind) identity() []lifecycle.IdentityAttribute {
	all := []lifecycle.IdentityAttribute{{Name: "project", Description: "Id of the project. Defaults to the provider's.", Optional: true}}
	if !k.object.byProject {
		all = append(all, lifecycle.IdentityAttribute{Name: k.object.noun, Description: "Short name of " + k.object.words + "."})
	}
	if k.sort == policies {
		return all
	}
	all = append(all, lifecycle.IdentityAttribute{Name: "role", Description: "The role."})
	if k.sort == members {
		all = append(all, lifecycle.IdentityAttribute{Name: "member", Description: "The member."})
	}
	return append(all,
		lifecycle.IdentityAttribute{Name: "condition_title", Description: "Title of the condition, if it has one.", Optional: true},
		lifecycle.IdentityAttribute{Name: "condition_description", Description: "Description of the condition.", Optional: true},
		lifecycle.IdentityAttribute{Name: "condition_expression", Description: "Expression of the condition. Without " +
			"it, only one condition can have the title.", Optional: true},
	)
}

func (k kind) identify(v *view) map[string]string {
	all := map[string]string{"project": v.Project.ValueString()}
	if !k.object.byProject {
		all[k.object.noun] = shortName(v.resource())
	}
	if k.sort == policies {
		return all
	}
	all["role"] = v.Role.ValueString()
	if k.sort == members {
		all["member"] = v.grant().Member
	}
	c := conditionOf(v.Condition)
	for name, text := range map[string]string{"title": c.Title, "description": c.Description, "expression": c.Expression} {
		if text != "" {
			all["condition_"+name] = text
		}
	}
	return all
}
