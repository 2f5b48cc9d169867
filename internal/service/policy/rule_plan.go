package policy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// validateRule refuses what the API would refuse in the rule, whatever else is in the policy.
func validateRule(ctx context.Context, c *ruleChange) {
	refuseScopes(c)
	t, known := targetOf(ctx, c.Config.Scope, c.Diags)
	if !known || c.Diags.HasError() {
		return
	}
	project := c.Config.Project.ValueString()
	if project == "" {
		project = "providers-project" // only known at plan, which looks again: short names of attestors are in it
	}
	refuseInvalidRule(c.Diags, c.Config, project, t)
}

func refuseInvalidRule(diags *diag.Diagnostics, m *ruleModel, project string, t target) {
	alone := googleDefault()
	rule, _, _ := m.outlook(project, nil)
	t.put(alone, rule)
	for _, problem := range gcp.Rules(alone).Check() {
		diags.AddAttributeError(rulePath(problem.Path), "Invalid rule", problem.Message)
	}
}

// refuseScopes wants exactly one attribute in the scope.
func refuseScopes(c *ruleChange) {
	if c.Config.Scope.IsNull() || c.Config.Scope.IsUnknown() {
		return
	}
	given := 0
	for _, v := range c.Config.Scope.Attributes() {
		if !v.IsNull() {
			given++
		}
	}
	if given != 1 {
		c.Diags.AddAttributeError(path.Root("scope"), "Invalid scope", fmt.Sprintf(
			"A rule is for exactly one of default, cluster, kubernetes_namespace, kubernetes_service_account and istio_service_identity; this scope has %d of them.", given))
	}
}

// rulePath is where the user wrote what an admission path names.
func rulePath(p admission.Path) path.Path {
	if p.Attribute == "" {
		return path.Root("scope")
	}
	return path.Root(p.Attribute)
}

func planRule(ctx context.Context, c *ruleChange) {
	lifecycle.PlanProject(c, func(m *ruleModel) *types.String { return &m.Project })
	t, known := targetOf(ctx, c.Model.Scope, c.Diags)
	c.Model.ID = types.StringUnknown()
	switch {
	case !known:
		warnOfOpen(c.Diags, "", []string{"everything"}, []string{"scope"})
	case c.Model.Project.IsUnknown():
		warnOfOpen(c.Diags, "", []string{"everything"}, []string{"project"})
	default:
		planTarget(ctx, c, c.Model.Project.ValueString(), t)
	}
}

func planTarget(ctx context.Context, c *ruleChange, project string, t target) {
	claimRule(c, project, t)
	if refuseInvalidRule(c.Diags, c.Model, project, t); c.Diags.HasError() {
		return
	}
	if c.Clients.Unconfigured() {
		warnOfUnconfigured(c.Diags, c.Model.ID.ValueString())
		return
	}
	now := livePolicy(ctx, c.Clients, project, c.Diags)
	if now == nil {
		return
	}
	judgement := c.Model.judgement(c.Clients, project, t)
	if c.Prior != nil && len(c.Replace) == 0 {
		c.Model.TakesOver = c.Prior.TakesOver
		if c.Model.known() && sameRule(c.Model.toAPI(project), c.Prior.toAPI(project)) && sameRuleSettings(c.Model, c.Prior) {
			c.KeepPrior()
			judgement.standing(ctx, c.Diags, now, ruleParts(ctx, c, project, t, now))
			return
		}
	}
	if c.Prior == nil {
		refuseTaken(ctx, c, t, now)
	}
	p := ruleParts(ctx, c, project, t, now)
	if kinds := judgement.planPart(ctx, c.Diags, now, p); kinds > 1 && t.scope != admission.ScopeDefault {
		judgement.refuseKinds(ctx, c.Diags)
	}
}

// claimRule names the rule, and tells of a resource that owns the whole policy.
func claimRule(c *ruleChange, project string, t target) {
	c.Model.ID = types.StringValue(ruleID(project, t))
	if c.Prior != nil && !c.Prior.ID.Equal(c.Model.ID) {
		c.Replace = append(c.Replace, path.Root("scope"), path.Root("id"))
	}
	claim(c.Clients, c.Diags, project, gcp.Part)
}

// refuseTaken tells at plan that a rule is there already, as the create would.
func refuseTaken(ctx context.Context, c *ruleChange, t target, now *gcp.Policy) {
	there, old := t.in(now), c.Old(c.Model.ID.ValueString())
	c.Model.TakesOver = planTakeover(c.Model.AdoptExisting, old != nil, ruleTakeover(there))
	if !free(t, there) {
		warnOfTakeover(c.Diags, c.Model.ID.ValueString(), c.Model.TakesOver)
	}
	switch {
	case old != nil:
		planRuleReplacement(ctx, c, old, now)
	case !c.Model.AdoptExisting.ValueBool() && !free(t, there):
		c.Diags.AddAttributeError(path.Root("scope"), "Policy has the rule already",
			hasAlready("binauthz_policy_rule", c.Model.ID.ValueString())+"\n\nIt is "+summary(there)+". To replace it with what is configured, set adopt_existing = true.")
	}
}

func sameRuleSettings(a, b *ruleModel) bool {
	return a.MustAdmit.Equal(b.MustAdmit) && a.AdoptExisting.Equal(b.AdoptExisting) && a.AcknowledgeLockout.Equal(b.AcknowledgeLockout)
}

// planDeleteRule warns of a destroy that opens admission.
func planDeleteRule(ctx context.Context, c *ruleChange) {
	if c.Clients == nil || c.Clients.Unconfigured() {
		return
	}
	now, err := c.Clients.Policy(ctx, c.Prior.Project.ValueString())
	if err != nil {
		return // the destroy itself will say so
	}
	p := part{project: c.Prior.Project.ValueString(), edits: []gcp.PlannedEdit{removedRule(ctx, c)}}
	p.register(c.Clients)
	after := p.alone(now).strict
	warnOfLockouts(c.Diags, p.project, c.Prior.ID.ValueString(), now, after)
	for _, w := range admission.Weakenings(gcp.Rules(now), gcp.Rules(after)) {
		c.Diags.AddWarning(lifecycle.About("Policy is weakened: "+w.Code, subject(p.project, w.Path)), "Destroying "+c.Prior.ID.ValueString()+" opens admission: "+w.Message)
	}
}
