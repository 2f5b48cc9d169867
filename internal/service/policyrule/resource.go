package policyrule

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// ruleResource sets the attribute scope on an import. The generic import sets strings only.
type ruleResource struct {
	lifecycle.Resource[model]
}

var _ resource.ResourceWithImportState = (*ruleResource)(nil)

// NewResource makes the resource binauthz_policy_rule.
func NewResource() resource.Resource {
	return &ruleResource{lifecycle.Resource[model]{
		Noun: "policy_rule", Describe: describe,
		Identity: []lifecycle.IdentityAttribute{
			{Name: "project", Description: "Id of the project. Defaults to the provider's.", Optional: true},
			{Name: "rule", Description: "The rule: `default`, `cluster/{location}.{cluster}`, `kubernetes_namespace/{namespace}`, " +
				"`kubernetes_service_account/{namespace}:{account}` or `istio_service_identity/{identity}`."},
		},
		Ops: lifecycle.Ops[model]{
			Name:  func(m *model) string { return m.ID.ValueString() },
			Parse: parse, Identify: identify, Validate: validate, Plan: plan, PlanDelete: planDelete, InPlaceOnly: true,
			Create: create, Read: read, Update: update, Delete: destroy,
		},
		Recognition: &lifecycle.Recognition[model]{Stored: stored, Live: live, Plain: plain, Stand: stand},
	}}
}

// ImportState implements resource.ResourceWithImportState.
func (r *ruleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.Resource.ImportState(ctx, req, resp)
	var id types.String
	if resp.Diagnostics.HasError() || resp.State.GetAttribute(ctx, path.Root("id"), &id).HasError() {
		return
	}
	if _, t, err := splitID(id.ValueString(), ""); err == nil {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("scope"), scopeOf(t))...)
	}
}

// splitID reads "projects/{project}/policy/{rule}", "{project}/{rule}", or "{rule}" in
// defaultProject.
func splitID(id, defaultProject string) (project string, t projectpolicy.Target, err error) {
	if strings.HasPrefix(id, "projects/") {
		return projectpolicy.ParseRuleID(id)
	}
	if t, err = projectpolicy.ParseTarget(id); err == nil {
		return defaultProject, t, nil
	}
	if project, rule, ok := strings.Cut(id, "/"); ok {
		if t, inProject := projectpolicy.ParseTarget(rule); inProject == nil {
			return project, t, nil
		}
	}
	return "", t, err
}

func parse(id, defaultProject string) (map[string]string, error) {
	project, t, err := splitID(id, defaultProject)
	if err == nil {
		err = resname.CheckProjectID(project)
	}
	return map[string]string{"id": projectpolicy.RuleID(project, t), "project": project}, err
}

func identify(m *model) map[string]string {
	_, t, err := splitID(m.ID.ValueString(), "")
	if err != nil {
		return nil
	}
	return map[string]string{"project": m.Project.ValueString(), "rule": t.String()}
}

func create(ctx context.Context, c *change) error {
	project, t := c.Model.Project.ValueString(), c.Model.target(ctx, c)
	wish, adopts := c.Model.ToAPI(project), c.Model.AdoptExisting.ValueBool()
	var before *projectpolicy.Rule
	now, err := c.Clients.EditPolicy(ctx, project, gcp.Edit[*gcp.Policy]{
		Change: func(p *gcp.Policy, sent bool) error {
			found := t.In(p)
			switch {
			case sent && projectpolicy.SameRule(found, wish): // our own write with a lost reply
			case !adopts && !free(t, found):
				return &gcp.Error{
					Kind:     gcp.KindExists,
					Method:   "UpdatePolicy",
					Resource: projectpolicy.RuleID(project, t),
					Message:  "the policy has this rule already: " + projectpolicy.Summary(found),
				}
			case adopts && !lifecycle.TakenOver(c.Model.TakesOver, takeover(found)):
				return changed(project, t, found)
			default:
				before = proto.CloneOf(found)
			}
			t.Put(p, wish)
			return nil
		},
		Check: guardOf(ctx, c, c.Model).CheckEdit,
	})
	if err != nil {
		return err
	}
	c.Model.TakesOver = lifecycle.NullIfUnknown(c.Model.TakesOver)
	rememberBefore(ctx, c, before)
	rememberTrial(ctx, c, now, t)
	return nil
}

// free reports whether a create replaces no rule of others. The default rule always exists, but
// counts as absent if it is Google's.
func free(t projectpolicy.Target, found *projectpolicy.Rule) bool {
	return found == nil || (t == projectpolicy.Default && projectpolicy.SameRule(found, projectpolicy.GoogleDefault().DefaultAdmissionRule))
}

func read(ctx context.Context, c *change) error {
	project, t := c.Model.Project.ValueString(), c.Model.target(ctx, c)
	p, err := c.Clients.SharedPolicy(ctx, project)
	if err != nil {
		return err
	}
	found := t.In(p)
	if found == nil {
		return &gcp.Error{Kind: gcp.KindNotFound, Resource: projectpolicy.RuleID(project, t), Message: "the policy has no such rule"}
	}
	var known string
	if t.Scope == admission.ScopeDefault && !c.Memory.Recall(ctx, memoryOfBefore, &known) {
		rememberBefore(ctx, c, found) // an import: a destroy restores this rule
	}
	rememberTrial(ctx, c, p, t)
	if c.Model.EvaluationMode.IsNull() { // an import: the id does not have the spelling of the policy
		c.Model.setScope(ctx, t.Written(p), c.Diags)
	}
	c.Model.fromAPI(ctx, t, found, c.Diags)
	return nil
}

// update changes the rule if it still equals the state or already equals the plan.
func update(ctx context.Context, c *change) error {
	project, t := c.Model.Project.ValueString(), c.Model.target(ctx, c)
	wish, saw := c.Model.ToAPI(project), c.Prior.ToAPI(project)
	c.Model.TakesOver = lifecycle.NullIfUnknown(c.Model.TakesOver)
	now, err := c.Clients.EditPolicy(ctx, project, gcp.Edit[*gcp.Policy]{
		Change: func(p *gcp.Policy, _ bool) error {
			if found := t.In(p); !projectpolicy.SameRule(found, saw) && !projectpolicy.SameRule(found, wish) {
				return changed(project, t, found)
			}
			t.Put(p, wish)
			return nil
		},
		Check: guardOf(ctx, c, c.Model).CheckEdit,
	})
	if err == nil {
		rememberTrial(ctx, c, now, t)
	}
	return err
}

func changed(project string, t projectpolicy.Target, found *projectpolicy.Rule) error {
	message := "the rule is gone"
	if found != nil {
		message = "the rule is now " + projectpolicy.Summary(found)
	}
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: "UpdatePolicy", Resource: projectpolicy.RuleID(project, t),
		Message: "the rule has changed since the plan, and it was not written: " + message,
		Remedy:  "Make a new plan, review it, and apply it.",
	}
}
