package iam

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

func (k kind) describe() schema.Schema {
	all := k.placeAttributes()
	switch k.sort {
	case members:
		maps.Copy(all, k.bindingAttributes())
		all["member"] = schema.StringAttribute{Required: true, MarkdownDescription: memberText +
			" A change replaces the grant.", Validators: []validator.String{isMember}}
	case bindings:
		maps.Copy(all, k.bindingAttributes())
		all["members"] = schema.SetAttribute{
			Required: true, ElementType: types.StringType, MarkdownDescription: "All members of the role. " + memberText,
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(isMember)},
		}
		all["takes_over"] = takesOver
	case policies:
		all["policy_data"] = schema.StringAttribute{
			Required: true, Validators: []validator.String{isData},
			MarkdownDescription: "The allow policy as JSON: `jsonencode({ bindings = [{ role = \"…\", members = " +
				"[\"…\"], condition = { … } }] })`, or the `policy_data` of a `google_iam_policy`. Order, grouping " +
				"of bindings and the case of addresses mean nothing. `auditConfigs` are an error: only projects, " +
				"folders and organizations have them.",
		}
		all["takes_over"] = takesOver
	}
	return schema.Schema{MarkdownDescription: k.text(), Attributes: all}
}

// text returns the description of a resource.
func (k kind) text() string {
	what := map[sort]string{
		members: "One member with one role on " + k.object.words + ". Other members, roles and conditions stay " +
			"unchanged. A create adopts an existing grant, because this changes nothing. A destroy removes it.",
		bindings: "All members of one role on " + k.object.words + ": a member added by somebody else is " +
			"drift, and the next apply removes it. Other roles stay unchanged. The plan of a create shows the " +
			"members that lose the role. A destroy restores the members from before the create. After an import, or " +
			"a create with these members already in place, it removes all of them.",
		policies: "The whole IAM policy of " + k.object.words + ": all other members lose access. The plan of a " +
			"create shows the replaced policy. If the policy has changed since the plan, the apply writes nothing " +
			"and shows the difference. A destroy restores the policy from before the create. After an import, or a " +
			"create with this policy already in place, it leaves an empty policy.",
	}[k.sort]
	return what + "\n\n" + together + k.renewed() + "\n\nPermissions: " + k.object.permissions + " (role `" + k.object.role + "`)."
}

const together = "Several of these resources on one object become one write with the object's etag. Use " +
	"`…_iam_policy` alone on an object, and `…_iam_binding` alone for a role. Two resources for the same role " +
	"overwrite each other in every apply; the plan warns about this. If one is destroyed and a new one takes over " +
	"its role, the plan stops with a remedy, because Terraform does both in any order. A plan compares the " +
	"resources of one provider configuration."

// renewed documents the replacement of the object.
func (k kind) renewed() string {
	if k.object.byProject {
		return ""
	}
	return " If the object is replaced in the same provider configuration, resources with a reference to it are " +
		"replaced too. With another provider configuration (an alias), add `lifecycle { replace_triggered_by = " +
		"[binauthz_" + k.object.noun + ".NAME] }`; every change of " + k.object.words + " then replaces them."
}

const memberText = "`user:`, `serviceAccount:` or `group:` with an e-mail address, `domain:` with a domain, " +
	"`projectOwner:`, `projectEditor:` or `projectViewer:` with a project, `principal://…`, `principalSet://…`, " +
	"`allUsers` or `allAuthenticatedUsers`. The case of addresses means nothing."

var takesOver = schema.StringAttribute{
	Computed: true,
	MarkdownDescription: "The members that lose access by a create, as shown in the plan. If they have changed by " +
		"the time of the apply, the apply stops and writes nothing. Terraform then reports an inconsistent final " +
		"plan, with both values of this attribute. Absent if a create removes no access.",
}

func (k kind) placeAttributes() map[string]schema.Attribute {
	what := map[sort]string{members: "grant", bindings: "binding", policies: "policy"}[k.sort]
	all := map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: map[bool]string{
			true:  "Full name of the policy.",
			false: "Import id: the object, the role and the other key attributes of the " + what + ".",
		}[k.sort == policies]},
		"etag": schema.StringAttribute{Computed: true, MarkdownDescription: "Etag of the allow policy. It changes " +
			"with every change of the policy."},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{lifecycle.ProjectID},
			MarkdownDescription: "Id of the project. Absent or empty means the project in the full name, else the " +
				"provider's project. A change replaces the " + what + ".",
		},
	}
	if !k.object.byProject {
		all[k.object.noun] = schema.StringAttribute{Required: true, MarkdownDescription: k.object.reference +
			" A change replaces the " + what + "."}
	}
	return all
}

func (k kind) bindingAttributes() map[string]schema.Attribute {
	only := []validator.String{stringvalidator.LengthAtLeast(1)}
	condition := "The condition of the grant. A change replaces the grant. Basic roles, `allUsers` and " +
		"`allAuthenticatedUsers` cannot have one."
	if !k.object.conditional {
		condition = "The IAM policy of " + k.object.words + " accepts no conditions."
	}
	return map[string]schema.Attribute{
		"role": schema.StringAttribute{
			Required: true, Validators: []validator.String{isRole},
			MarkdownDescription: "The role: `roles/{name}`, `projects/{project}/roles/{name}` or " +
				"`organizations/{number}/roles/{name}`. A change replaces the grant.",
		},
		"condition": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: condition,
			Attributes: map[string]schema.Attribute{
				"title": schema.StringAttribute{Required: true, Validators: only, MarkdownDescription: "Title of the condition."},
				"description": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Description of the condition. It is part of the condition: another " +
						"description means another condition.",
				},
				"expression": schema.StringAttribute{
					Required: true, Validators: only,
					MarkdownDescription: "The condition in the Common Expression Language.",
				},
			},
		},
	}
}
