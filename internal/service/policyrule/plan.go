package policyrule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

func plan(ctx context.Context, c *change) {
	lifecycle.PlanProject(c, func(m *model) *types.String { return &m.Project })
	t, known := targetOf(ctx, c.Model.Scope, c.Diags)
	c.Model.ID = types.StringUnknown()
	switch {
	case !known:
		if c.Prior != nil {
			c.Replace = append(c.Replace, path.Root("scope"), path.Root("id"))
		}
		guard.WarnOfUnchecked(c.Diags, "", []string{"everything"}, []string{"scope"})
	case c.Model.Project.IsUnknown():
		guard.WarnOfUnchecked(c.Diags, "", []string{"everything"}, []string{"project"})
	default:
		planTarget(ctx, c, t)
	}
}

func planTarget(ctx context.Context, c *change, t projectpolicy.Target) {
	project := c.Model.Project.ValueString()
	c.Model.ID = types.StringValue(projectpolicy.RuleID(project, t))
	if c.Prior != nil && projectpolicy.CanonicalID(c.Prior.ID.ValueString()) != c.Model.ID.ValueString() {
		c.Replace = append(c.Replace, path.Root("scope"), path.Root("id"))
	}
	if refuseInvalid(c.Diags, c.Model, project, t); c.Diags.HasError() {
		return
	}
	if c.Clients.Unconfigured() {
		guard.WarnOfUnconfigured(c.Diags, c.Model.ID.ValueString())
		return
	}
	now := guard.Live(ctx, c.Clients, project, c.Diags)
	if now == nil {
		return
	}
	guarded, part := guardOf(ctx, c, c.Model), planned(c, t, now)
	if c.Prior != nil && len(c.Replace) == 0 {
		c.Model.TakesOver = c.Prior.TakesOver
		if c.Model.Known() && projectpolicy.SameRule(c.Model.ToAPI(project), c.Prior.ToAPI(project)) && sameSettings(c.Model, c.Prior) {
			c.KeepPrior()
			guarded.StandPart(ctx, c.Diags, now, part)
			return
		}
	}
	if c.Prior == nil {
		refuseTaken(c, t, now)
	}
	guarded.PlanPart(ctx, c.Diags, now, part)
}

// guardOf guards the rule of a model, in a plan or in an apply.
func guardOf(ctx context.Context, c *change, m *model) guard.Policy {
	t := m.target(ctx, c)
	return guard.Policy{
		Clients: c.Clients, Walk: c.Walk, Project: m.Project.ValueString(), ID: m.ID.ValueString(), At: attributePath,
		Acknowledged: m.AcknowledgeLockout.ValueBool(), Requirements: guard.MustAdmit(m.MustAdmit, where(t)),
		Gate: guard.GateOf(ctx, m.EnforcementGate, c.Diags), Rule: &t, Trial: trialOf(ctx, c),
	}
}

// where is a workload in the scope of the rule.
func where(t projectpolicy.Target) admission.Request {
	r := admission.Request{Stranger: t == projectpolicy.Default}
	switch t.Scope {
	case admission.ScopeCluster:
		r.Cluster = t.Key
	case admission.ScopeNamespace:
		r.Namespace = t.Key
	case admission.ScopeServiceAccount:
		r.ServiceAccount = t.Key
	case admission.ScopeIstioIdentity:
		r.IstioIdentity = t.Key
	case admission.ScopeDefault:
	}
	return r
}

// planned is the rule as a part of the policy.
func planned(c *change, t projectpolicy.Target, now *judge.Policy) judge.Part {
	project := c.Model.Project.ValueString()
	id := projectpolicy.RuleID(project, t)
	strict, lenient, unknown := c.Model.Outlook(project, t.In(now))
	for i, attribute := range unknown {
		unknown[i] = attribute + " of " + id
	}
	needs, known := c.Model.needs()
	return judge.Part{
		ID: id, Needs: needs, NeedsUnknown: !known, Unknown: unknown, Rule: &t, Acknowledged: c.Model.AcknowledgeLockout.ValueBool(),
		Requirements: guard.MustAdmit(c.Model.MustAdmit, where(t)).Known,
		Apply: func(p *judge.Policy, most bool) {
			if most {
				t.Put(p, lenient)
			} else {
				t.Put(p, strict)
			}
		},
	}
}

// refuseTaken refuses the create of an existing rule during the plan.
func refuseTaken(c *change, t projectpolicy.Target, now *judge.Policy) {
	found, id := t.In(now), c.Model.ID.ValueString()
	c.Model.TakesOver = lifecycle.PlanTakeover(c.Model.AdoptExisting, takeover(found))
	if free(t, found) || c.Walk.Holds(id) {
		return
	}
	lifecycle.WarnOfTakeover(c.Diags, id, c.Model.TakesOver)
	if !c.Model.AdoptExisting.ValueBool() {
		c.Diags.AddAttributeError(path.Root("scope"), "Policy has the rule already",
			lifecycle.ExistsAlready("binauthz_policy_rule", id)+"\n\nThe existing rule is "+projectpolicy.Summary(found)+
				". To replace it with the configured rule, set adopt_existing = true.")
	}
}

// takeover describes the existing rule, "" for none.
func takeover(found *projectpolicy.Rule) string {
	if found == nil {
		return ""
	}
	return projectpolicy.Summary(found)
}

// sameSettings compares the settings of the provider; the API has none of them.
func sameSettings(a, b *model) bool {
	return a.MustAdmit.Equal(b.MustAdmit) && a.Needs.Equal(b.Needs) && a.EnforcementGate.Equal(b.EnforcementGate) &&
		a.AdoptExisting.Equal(b.AdoptExisting) && a.AcknowledgeLockout.Equal(b.AcknowledgeLockout)
}

// attributePath is the attribute of an admission path.
func attributePath(p admission.Path) path.Path {
	switch {
	case guard.IsRequirement(p):
		return guard.ListPath(p)
	case p.Attribute == "":
		return path.Root("scope")
	}
	return path.Root(p.Attribute)
}

func refuseInvalid(diags *diag.Diagnostics, m *model, project string, t projectpolicy.Target) {
	alone := projectpolicy.GoogleDefault()
	rule, _, _ := m.Outlook(project, nil)
	t.Put(alone, rule)
	for _, problem := range rulevalue.Problems(alone) {
		diags.AddAttributeError(attributePath(problem.Path), "Invalid rule", problem.Message)
	}
	guard.RefuseNeeds(diags, m.Needs, m.ID, project)
}
