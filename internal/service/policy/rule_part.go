package policy

import (
	"context"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// judgement judges the rule, in a plan or in an apply.
func (m *ruleModel) judgement(clients *gcp.Clients, project string, t target) judgement {
	return judgement{
		clients: clients, project: project, id: ruleID(project, t), at: rulePath, owns: t.is,
		acknowledged: m.AcknowledgeLockout.ValueBool(), requirements: m.mustAdmit(t),
	}
}

// ruleParts are the edits that the resource plans: the rule comes, and one that it replaces goes.
func ruleParts(ctx context.Context, c *ruleChange, project string, t target, now *gcp.Policy) part {
	strict, lenient, unknown := c.Model.outlook(project, t.in(now))
	for i, attribute := range unknown {
		unknown[i] = attribute + " of " + ruleID(project, t)
	}
	p := part{project: project, edits: []gcp.PlannedEdit{{Part: ruleID(project, t), Unknown: unknown, Refuses: c.Model.judgement(c.Clients, project, t).refusing(), Apply: func(p *gcp.Policy, most bool) {
		if most {
			t.put(p, lenient)
		} else {
			t.put(p, strict)
		}
	}}}}
	if c.Prior != nil && !c.Prior.ID.Equal(c.Model.ID) && c.Prior.Project.ValueString() == project {
		p.edits = append([]gcp.PlannedEdit{removedRule(ctx, c)}, p.edits...)
	}
	return p
}

// removedRule is the destroy of the rule in the state.
func removedRule(ctx context.Context, c *ruleChange) gcp.PlannedEdit {
	t := c.Prior.target(ctx, c)
	after := ruleAfterDelete(ctx, c, t)
	return gcp.PlannedEdit{Part: c.Prior.ID.ValueString(), Removes: true, Apply: func(p *gcp.Policy, _ bool) { t.put(p, after) }}
}

// mustAdmit are the requirements of a rule: where it applies.
func (m *ruleModel) mustAdmit(t target) requirements {
	r := admission.Request{Stranger: t.scope == admission.ScopeDefault}
	switch t.scope {
	case admission.ScopeCluster:
		r.Cluster = t.key
	case admission.ScopeNamespace:
		r.Namespace = t.key
	case admission.ScopeServiceAccount:
		r.ServiceAccount = t.key
	case admission.ScopeIstioIdentity:
		r.IstioIdentity = t.key
	}
	var all requirements
	all.addImages(m.MustAdmit, r)
	return all
}

// refusing tells other parts of this run what must be admitted. It is nil if that is nothing.
func (j judgement) refusing() func(context.Context, *gcp.Policy) []string {
	if len(j.requirements.known) == 0 {
		return nil
	}
	return func(ctx context.Context, p *gcp.Policy) (reasons []string) {
		refused, _ := j.unmet(ctx, certain(p))
		for _, f := range refused {
			reasons = append(reasons, f.detail)
		}
		return reasons
	}
}
