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
	t, known := targetOf(ctx, c.Config.Scope, c.Diags)
	if !known || !c.Config.known() {
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
	c.Model.ID = types.StringValue(ruleID(project, t))
	if c.Prior != nil && !c.Prior.ID.Equal(c.Model.ID) {
		c.Replace = append(c.Replace, path.Root("scope"))
	}
	if c.Clients.Claim(project, gcp.PartOfPolicy) {
		warnOfBoth(c.Diags, project)
	}
	if !c.Model.known() || c.Clients.Unconfigured() {
		return
	}
	wish := c.Model.toAPI(project)
	if c.Prior != nil && len(c.Replace) == 0 && sameRule(wish, c.Prior.toAPI(project)) && sameRuleSettings(c.Model, c.Prior) {
		c.KeepPrior()
		return
	}
	now, err := c.Clients.Policy(ctx, project)
	if err != nil {
		c.Diags.AddError("Cannot read policy", fmt.Sprintf("projects/%s/policy: %s", project, err))
		return
	}
	warnOfOtherKinds(c, t, now)
	after := proto.CloneOf(now)
	t.put(after, wish)
	judgement{
		diags: c.Diags, proof: newProof(ctx, c.Clients), project: project, at: rulePath,
		acknowledged: c.Model.AcknowledgeLockout.ValueBool(), requirements: c.Model.requirements(t),
	}.judge(now, after)
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
	for _, w := range admission.Weakenings(rulesOf(now), rulesOf(after)) {
		c.Diags.AddWarning("Policy is weakened: "+w.Code, "Destroying "+c.Prior.ID.ValueString()+" opens admission: "+w.Message)
	}
}
