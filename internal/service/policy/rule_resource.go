package policy

import (
	"context"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// ruleModel is one rule of a policy in the state.
type ruleModel struct {
	ID      types.String `tfsdk:"id"`
	Project types.String `tfsdk:"project"`
	Scope   types.Object `tfsdk:"scope"`
	ruleValue
	MustAdmit          types.List   `tfsdk:"must_admit"`
	AdoptExisting      types.Bool   `tfsdk:"adopt_existing"`
	AcknowledgeLockout types.Bool   `tfsdk:"acknowledge_lockout"`
	TakesOver          types.String `tfsdk:"takes_over"`
}

type ruleChange = lifecycle.Change[ruleModel]

// ruleResource sets the scope on an import, which has more than strings.
type ruleResource struct {
	lifecycle.Resource[ruleModel]
}

// NewRuleResource makes the resource binauthz_policy_rule.
func NewRuleResource() resource.Resource {
	return &ruleResource{lifecycle.Resource[ruleModel]{
		Noun: "policy_rule", Describe: describeRule,
		Identity: []lifecycle.IdentityAttribute{
			{Name: "project", Description: "Id of the project. Defaults to the provider's.", Optional: true},
			{Name: "rule", Description: "Which rule: `default`, `cluster/{location}.{cluster}`, `kubernetes_namespace/{namespace}`, `kubernetes_service_account/{namespace}:{account}` or `istio_service_identity/{identity}`."},
		},
		Ops: lifecycle.Ops[ruleModel]{
			Name:  func(m *ruleModel) string { return m.ID.ValueString() },
			Parse: parseRule, Identify: identifyRule, Validate: validateRule, Plan: planRule, PlanDelete: planDeleteRule, Shared: shared,
			Create: createRule, Read: readRule, Update: updateRule, Delete: destroyRule, Yield: yieldRule,
		},
	}}
}

// ImportState implements resource.ResourceWithImportState.
func (r *ruleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.Resource.ImportState(ctx, req, resp)
	var id types.String
	if resp.Diagnostics.HasError() || resp.State.GetAttribute(ctx, path.Root("id"), &id).HasError() {
		return
	}
	if _, t, err := splitRuleID(id.ValueString(), ""); err == nil {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("scope"), t.model())...)
	}
}

// target is the rule that the model is about; it is known in every operation.
func (m *ruleModel) target(ctx context.Context, c *ruleChange) target {
	t, _ := targetOf(ctx, m.Scope, c.Diags)
	return t
}

func createRule(ctx context.Context, c *ruleChange) error {
	project, t := c.Model.Project.ValueString(), c.Model.target(ctx, c)
	wish, tried := c.Model.toAPI(project), false
	var before *binaryauthorizationpb.AdmissionRule
	_, err := c.Clients.EditPolicy(ctx, project, func(p *gcp.Policy) error {
		there := t.in(p)
		ours := tried && sameRule(there, wish) // a write of ours whose reply was lost
		if !ours && !c.Model.AdoptExisting.ValueBool() && !free(t, there) {
			return &gcp.Error{Kind: gcp.KindExists, Method: "UpdatePolicy", Resource: ruleID(project, t), Message: "the policy has this rule already: " + summary(there)}
		}
		if !ours && c.Model.AdoptExisting.ValueBool() && !takenOver(c.Model.TakesOver, ruleTakeover(there)) {
			return changedRule(project, t, there)
		}
		if !ours {
			before = proto.CloneOf(there)
		}
		tried = true
		t.put(p, wish)
		return nil
	}, c.Model.judgement(c.Clients, project, t).checked())
	if err != nil {
		return err
	}
	c.Model.TakesOver = nullIfUnknown(c.Model.TakesOver)
	rememberRule(ctx, c, before)
	return nil
}

// free says that a rule can be made without taking somebody's decision away. The default rule is always there; Google's
// admits everything.
func free(t target, there *binaryauthorizationpb.AdmissionRule) bool {
	return there == nil || (t.scope == admission.ScopeDefault && sameRule(there, googleDefault().DefaultAdmissionRule))
}

func sameRule(a, b *binaryauthorizationpb.AdmissionRule) bool {
	if a == nil || b == nil {
		return a == b
	}
	a, b = proto.CloneOf(a), proto.CloneOf(b)
	normalRule(a)
	normalRule(b)
	return proto.Equal(a, b)
}

func readRule(ctx context.Context, c *ruleChange) error {
	project, t := c.Model.Project.ValueString(), c.Model.target(ctx, c)
	p, err := c.Clients.Policy(ctx, project)
	if err != nil {
		return err
	}
	there := t.in(p)
	if there == nil {
		return &gcp.Error{Kind: gcp.KindNotFound, Resource: ruleID(project, t), Message: "the policy has no such rule"}
	}
	var known string
	if t.scope == admission.ScopeDefault && !c.Memory.Recall(ctx, memoryOfBefore, &known) {
		rememberRule(ctx, c, there) // an import: a destroy goes back to what was there then
	}
	shown, diags := ruleFromAPI(there, c.Model.ruleValue, project), c.Diags
	c.Model.ruleValue, _ = ruleOf(ctx, shown, diags)
	c.Model.ID = types.StringValue(ruleID(project, t))
	c.Model.AdoptExisting, c.Model.AcknowledgeLockout = falseIfNull(c.Model.AdoptExisting), falseIfNull(c.Model.AcknowledgeLockout)
	return nil
}

func falseIfNull(b types.Bool) types.Bool { return types.BoolValue(b.ValueBool()) }

// updateRule changes the rule if it is still the one that the plan saw, or already the one that is wanted.
func updateRule(ctx context.Context, c *ruleChange) error {
	project, t := c.Model.Project.ValueString(), c.Model.target(ctx, c)
	wish, saw := c.Model.toAPI(project), c.Prior.toAPI(project)
	_, err := c.Clients.EditPolicy(ctx, project, func(p *gcp.Policy) error {
		if there := t.in(p); !sameRule(there, saw) && !sameRule(there, wish) {
			return changedRule(project, t, there)
		}
		t.put(p, wish)
		return nil
	}, c.Model.judgement(c.Clients, project, t).checked())
	c.Model.TakesOver = nullIfUnknown(c.Model.TakesOver)
	return err
}

func changedRule(project string, t target, there *binaryauthorizationpb.AdmissionRule) error {
	message := "the rule is gone"
	if there != nil {
		message = "the rule is now " + summary(there)
	}
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: "UpdatePolicy", Resource: ruleID(project, t),
		Message: "the rule was changed since the plan was made, and nothing was written: " + message,
		Remedy:  "Make a new plan, look at what it would change, and apply that.",
	}
}
