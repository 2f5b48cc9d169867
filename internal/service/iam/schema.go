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
		all["member"] = schema.StringAttribute{Required: true, MarkdownDescription: memberText + " Changing it makes a new grant.", Validators: []validator.String{isMember}}
	case bindings:
		maps.Copy(all, k.bindingAttributes())
		all["members"] = schema.SetAttribute{
			Required: true, ElementType: types.StringType, MarkdownDescription: "Who has the role: these and nobody else. " + memberText,
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(isMember)},
		}
		all["takes_over"] = takesOver
	case policies:
		all["policy_data"] = schema.StringAttribute{
			Required: true, Validators: []validator.String{isData},
			MarkdownDescription: "The allow policy as JSON: `jsonencode({ bindings = [{ role = \"…\", members = [\"…\"], condition = { … } }] })`, or the `policy_data` of a `google_iam_policy`. " +
				"Order, case of addresses and how bindings are split mean nothing. `auditConfigs` are an error: only projects, folders and organizations have them.",
		}
		all["takes_over"] = takesOver
	}
	return schema.Schema{MarkdownDescription: k.text(), Attributes: all}
}

// text is the documentation of a resource.
func (k kind) text() string {
	what := map[sort]string{
		members: "One member that has one role on " + k.object.words + ". Other members, roles and conditions stay as they are. " +
			"A grant that exists already is taken over, because nothing changes by that; a destroy takes it away.",
		bindings: "All members that have one role on " + k.object.words + ": a member that somebody else adds is drift, and the next apply removes it. Other roles stay as they are. " +
			"A create shows in its plan who has the role now and loses it. A destroy puts back the members from before the create; after an import, or a create that found these members, nobody keeps the role.",
		policies: "The whole IAM policy of " + k.object.words + ": everybody who is not in it loses access. " +
			"A create shows in its plan which policy it replaces. If somebody else changed the policy after the plan was made, the apply stops, says what changed, and writes nothing. " +
			"A destroy puts back the policy from before the create; after an import, or a create that found this policy, it leaves an empty one.",
	}[k.sort]
	return what + "\n\n" + together + "\n\nPermissions: " + k.object.permissions + " (role `" + k.object.role + "`)."
}

const together = "Several of these resources on one object become one write with the object's etag. " +
	"Use `…_iam_policy` alone on an object, and `…_iam_binding` alone for a role: two resources that decide on the same role take turns for ever. A plan warns of that. " +
	"If the object is replaced, what is granted on it is replaced with it, if it refers to the object."

const memberText = "`user:`, `serviceAccount:` or `group:` with an e-mail address, `domain:` with a domain, `projectOwner:`, `projectEditor:` or `projectViewer:` with a project, " +
	"`principal://…`, `principalSet://…`, `allUsers` or `allAuthenticatedUsers`. The case of addresses does not matter."

var takesOver = schema.StringAttribute{
	Computed: true,
	MarkdownDescription: "Who a create takes access from, as the plan shows it. If that is something else by the time of the apply, the apply stops and writes nothing; " +
		"Terraform then calls it an inconsistent final plan, and shows this attribute before and after. Absent if a create takes nothing away.",
}

func (k kind) placeAttributes() map[string]schema.Attribute {
	what := map[sort]string{members: "grant", bindings: "binding", policies: "policy"}[k.sort]
	all := map[string]schema.Attribute{
		"id":   schema.StringAttribute{Computed: true, MarkdownDescription: map[bool]string{true: "Full name of the policy.", false: "What an import takes: the object, the role and what else the " + what + " is known by."}[k.sort == policies]},
		"etag": schema.StringAttribute{Computed: true, MarkdownDescription: "Etag of the allow policy. It changes whenever somebody changes any part of the policy."},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{lifecycle.ProjectID},
			MarkdownDescription: "Id of the project. Absent or empty, it is that of the full name, else the provider's. Changing it makes a new " + what + ".",
		},
	}
	if !k.object.byProject {
		all[k.object.noun] = schema.StringAttribute{Required: true, MarkdownDescription: k.object.reference + " Changing it makes a new " + what + "."}
	}
	return all
}

func (k kind) bindingAttributes() map[string]schema.Attribute {
	only := []validator.String{stringvalidator.LengthAtLeast(1)}
	condition := "The condition under which the role is granted. Changing it makes a new grant. Basic roles and `allUsers` or `allAuthenticatedUsers` cannot have one."
	if !k.object.conditional {
		condition = "The IAM policy of " + k.object.words + " takes no conditions: any is an error."
	}
	return map[string]schema.Attribute{
		"role": schema.StringAttribute{
			Required: true, Validators: []validator.String{isRole},
			MarkdownDescription: "The role: `roles/{name}`, `projects/{project}/roles/{name}` or `organizations/{number}/roles/{name}`. Changing it makes a new grant.",
		},
		"condition": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: condition,
			Attributes: map[string]schema.Attribute{
				"title":       schema.StringAttribute{Required: true, Validators: only, MarkdownDescription: "Title of the condition."},
				"description": schema.StringAttribute{Optional: true, MarkdownDescription: "What the condition is for. It is a part of the condition: with another one it is another condition."},
				"expression":  schema.StringAttribute{Required: true, Validators: only, MarkdownDescription: "The condition in the Common Expression Language."},
			},
		},
	}
}
