package policy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// validateRule refuses what the API would refuse in the rule, whatever else is in the policy.
func validateRule(ctx context.Context, c *ruleChange) {
	refuseScopes(c)
	t, known := targetOf(ctx, c.Config.Scope, c.Diags)
	if !known || !c.Config.known() || c.Diags.HasError() {
		return
	}
	project := c.Config.Project.ValueString()
	if project == "" {
		project = "providers-project" // only known at plan; short names of attestors are in it
	}
	alone := googleDefault()
	t.put(alone, c.Config.toAPI(project))
	for _, problem := range rulesOf(alone).Check() {
		c.Diags.AddAttributeError(rulePath(problem.Path), "Invalid rule", problem.Message)
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
	if !known || c.Model.Project.IsUnknown() {
		return
	}
	project := c.Model.Project.ValueString()
	claimRule(c, project, t)
	switch {
	case !c.Model.known() || c.Clients.Unconfigured():
	case c.Prior != nil && len(c.Replace) == 0 && sameRule(c.Model.toAPI(project), c.Prior.toAPI(project)) && sameRuleSettings(c.Model, c.Prior):
		c.KeepPrior()
	default:
		judgeRule(ctx, c, project, t)
	}
}

// claimRule names the rule, and tells of another resource that owns the whole policy.
func claimRule(c *ruleChange, project string, t target) {
	c.Model.ID = types.StringValue(ruleID(project, t))
	if c.Prior != nil && !c.Prior.ID.Equal(c.Model.ID) {
		c.Replace = append(c.Replace, path.Root("scope"), path.Root("id"))
	}
	if c.Clients.Claim(project, gcp.PartOfPolicy) {
		warnOfBoth(c.Diags, project)
	}
}

// judgeRule looks at the policy with the rule as planned, and without the one that it replaces.
func judgeRule(ctx context.Context, c *ruleChange, project string, t target) {
	now, err := c.Clients.Policy(ctx, project)
	if err != nil {
		c.Diags.AddError("Cannot read policy", fmt.Sprintf("projects/%s/policy: %s", project, err))
		return
	}
	after := proto.CloneOf(now)
	if c.Prior != nil {
		moved := c.Prior.target(ctx, c)
		moved.put(after, ruleAfterDelete(ctx, c, moved))
	} else {
		refuseTaken(c, t, now)
	}
	warnOfOtherKinds(c, t, after)
	t.put(after, c.Model.toAPI(project))
	judgement{
		diags: c.Diags, proof: newProof(ctx, c.Clients), project: project, at: rulePath,
		acknowledged: c.Model.AcknowledgeLockout.ValueBool(), requirements: c.Model.requirements(t),
	}.judge(now, after)
}

// refuseTaken tells at plan that a rule is there already, as the create would.
func refuseTaken(c *ruleChange, t target, now *gcp.Policy) {
	if there := t.in(now); !c.Clients.Owns(c.Model.ID.ValueString()) && !c.Model.AdoptExisting.ValueBool() && !free(t, there) {
		c.Diags.AddAttributeError(path.Root("scope"), "Policy has the rule already",
			hasAlready("binauthz_policy_rule", c.Model.ID.ValueString())+"\n\nIt is "+summary(there)+". To replace it with what is configured, set adopt_existing = true.")
	}
}

func sameRuleSettings(a, b *ruleModel) bool {
	return a.MustAdmit.Equal(b.MustAdmit) && a.AdoptExisting.Equal(b.AdoptExisting) && a.AcknowledgeLockout.Equal(b.AcknowledgeLockout)
}

// requirements are the images that must be admitted, where the rule applies.
func (m *ruleModel) requirements(t target) []requirement {
	var all []requirement
	for i, element := range m.MustAdmit.Elements() {
		image, ok := element.(types.String)
		if !ok || image.IsUnknown() {
			continue
		}
		r := admission.Request{Image: image.ValueString()}
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
		all = append(all, requirement{path.Root("must_admit").AtListIndex(i), r})
	}
	return all
}

// warnOfOtherKinds tells at plan what the apply would be refused for, unless the same apply removes the other rules first.
func warnOfOtherKinds(c *ruleChange, t target, now *gcp.Policy) {
	if t.scope == admission.ScopeDefault {
		return
	}
	for _, rules := range (&content{}).ruleMaps(now) {
		if rules.kind != string(t.scope) && len(*rules.messages) > 0 {
			c.Diags.AddAttributeWarning(path.Root("scope"), "Policy has rules of another kind",
				fmt.Sprintf("The policy has %s, and a policy has rules of one kind only. The apply fails unless those are removed first.", rules.kind))
		}
	}
}

// planDeleteRule warns of a destroy that opens admission.
func planDeleteRule(ctx context.Context, c *ruleChange) {
	project := c.Prior.Project.ValueString()
	t := c.Prior.target(ctx, c)
	if c.Clients == nil || c.Clients.Unconfigured() {
		return
	}
	now, err := c.Clients.Policy(ctx, project)
	if err != nil {
		return // the destroy itself will say so
	}
	after := proto.CloneOf(now)
	t.put(after, ruleAfterDelete(ctx, c, t))
	warnOfLockouts(c.Diags, c.Prior.ID.ValueString(), now, after)
	for _, w := range admission.Weakenings(rulesOf(now), rulesOf(after)) {
		c.Diags.AddWarning("Policy is weakened: "+w.Code, "Destroying "+c.Prior.ID.ValueString()+" opens admission: "+w.Message)
	}
}
