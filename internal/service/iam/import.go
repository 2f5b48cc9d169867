package iam

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// ImportState implements resource.ResourceWithImportState for the id "OBJECT ROLE MEMBER
// [CONDITION_TITLE]" and for an identity.
func (r *iamResource[M]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	summary := "Cannot import " + strings.ReplaceAll(r.kind.noun(), "_", " ")
	id, condition, err := r.kind.read(ctx, r.Clients(), req, &resp.Diagnostics)
	if err != nil {
		lifecycle.Report(summary, req.ID, err, &resp.Diagnostics)
		return
	}
	attributes := map[string]any{
		"project": id.project, "id": r.kind.idOf(id.resource, allowpolicy.Grant{
			Binding: allowpolicy.Binding{Role: id.role, Condition: condition}, Member: allowpolicy.Canonical(id.member),
		}),
	}
	if !r.kind.object.byProject {
		attributes[r.kind.object.noun] = id.resource
	}
	if r.kind.sort != policies {
		attributes["role"], attributes["condition"] = id.role, conditionObject(condition)
	}
	if r.kind.sort == members {
		attributes["member"] = id.member
	}
	for name, value := range attributes {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// read parses an import by id or by identity, and completes the condition.
func (k kind) read(
	ctx context.Context, clients *gcp.Clients, req resource.ImportStateRequest, diags *diag.Diagnostics,
) (imported, allowpolicy.Condition, error) {
	project := ""
	if clients != nil {
		project = clients.Project()
	}
	if req.ID == "" && req.Identity != nil {
		return k.readIdentity(ctx, clients, req.Identity, project, diags)
	}
	id, err := k.parse(req.ID, project)
	if err == nil {
		err = k.check(id)
	}
	if err != nil || id.condition == "" {
		return id, allowpolicy.Condition{}, err
	}
	if condition, err := allowpolicy.ParseCondition(id.condition); err == nil {
		return id, condition, nil
	}
	condition, err := k.conditionTitled(ctx, clients, id)
	return id, condition, err
}

func (k kind) check(id imported) error {
	var err error
	if k.sort != policies {
		err = allowpolicy.CheckRole(id.role)
	}
	if k.sort == members {
		err = errors.Join(err, allowpolicy.CheckMember(id.member))
	}
	return err
}

func (k kind) readIdentity(
	ctx context.Context, clients *gcp.Clients, identity *tfsdk.ResourceIdentity, project string, diags *diag.Diagnostics,
) (imported, allowpolicy.Condition, error) {
	text := map[string]string{}
	for _, a := range k.identity() {
		var value types.String
		diags.Append(identity.GetAttribute(ctx, path.Root(a.Name), &value)...)
		text[a.Name] = value.ValueString()
	}
	if text["project"] != "" {
		project = text["project"]
	}
	full, inProject, err := k.object.locate(text[k.object.noun], project)
	id := imported{resource: full, project: inProject, role: text["role"], member: text["member"], condition: text["condition_title"]}
	condition := allowpolicy.Condition{
		Title:       id.condition,
		Description: text["condition_description"],
		Expression:  text["condition_expression"],
	}
	if err == nil {
		err = k.check(id)
	}
	if err == nil && condition.Title == "" && condition != (allowpolicy.Condition{}) {
		err = errors.New("condition_title is missing: condition_expression and condition_description need it")
	}
	if err == nil && condition.Title != "" && condition.Expression == "" {
		condition, err = k.conditionTitled(ctx, clients, id)
	}
	return id, condition, err
}

// conditionTitled looks up the only condition with the title in grants of the role.
func (k kind) conditionTitled(ctx context.Context, clients *gcp.Clients, id imported) (allowpolicy.Condition, error) {
	if err := clients.Ready(); err != nil {
		return allowpolicy.Condition{}, err
	}
	policy, err := clients.AllowPolicy(ctx, id.resource)
	if err != nil {
		return allowpolicy.Condition{}, err
	}
	found := map[allowpolicy.Condition]bool{}
	for g := range allowpolicy.Grants(policy) {
		if g.Role == id.role && g.Condition.Title == id.condition && (k.sort != members || g.Member == allowpolicy.Canonical(id.member)) {
			found[g.Condition] = true
		}
	}
	for condition := range found {
		if len(found) == 1 {
			return condition, nil
		}
	}
	if len(found) == 0 {
		return allowpolicy.Condition{}, fmt.Errorf(
			"%s has no grant of %s under a condition with the title %q", id.resource, id.role, id.condition)
	}
	return allowpolicy.Condition{}, fmt.Errorf("%s grants %s under %d conditions with the title %q. Write the "+
		"complete condition as JSON instead of its title: %s",
		id.resource, id.role, len(found), id.condition, `{"title":"…","description":"…","expression":"…"}`)
}
