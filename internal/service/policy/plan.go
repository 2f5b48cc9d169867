package policy

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// validate refuses what the API would refuse, as far as it is known before the plan.
func validate(ctx context.Context, c *change) {
	written := c.Config.content
	if written.Project.ValueString() == "" {
		written.Project = types.StringValue("providers-project") // only known at plan; short names of attestors are in it
	}
	wish, known := written.toAPI(ctx, c.Diags)
	if c.Diags.HasError() {
		return
	}
	for _, problem := range rulesOf(wish).Check() {
		if known || decided(problem.Path) {
			c.Diags.AddAttributeError(attributePath(problem.Path), "Invalid policy", problem.Message)
		}
	}
}

// decided says that a problem stays one whatever the values are that are not known yet: what is written in patterns is known.
func decided(p admission.Path) bool { return p.Field == admission.FieldPatterns }

func plan(ctx context.Context, c *change) {
	lifecycle.PlanProject(c, func(m *model) *types.String { return &m.Project })
	c.Model.ID = types.StringUnknown()
	if c.Model.Project.IsUnknown() {
		return
	}
	project := c.Model.Project.ValueString()
	c.Model.ID = types.StringValue(resname.Policy{Project: project}.String())
	warnOfParts(c, project)
	now := planned(ctx, c, project)
	if now == nil {
		return
	}
	if c.Model.GlobalPolicyEvaluationMode.IsUnknown() && c.Config.GlobalPolicyEvaluationMode.IsNull() {
		c.Model.GlobalPolicyEvaluationMode = globalMode(now, types.StringNull())
	}
	wish, known := c.Model.toAPI(ctx, c.Diags)
	if !known || c.Diags.HasError() {
		return
	}
	if c.Prior != nil && len(c.Replace) == 0 && same(wish, now) && sameSettings(c.Model, c.Prior) {
		c.KeepPrior()
		return
	}
	judgement{
		diags: c.Diags, proof: newProof(ctx, c.Clients), project: project, at: attributePath,
		acknowledged: c.Model.AcknowledgeLockout.ValueBool(), requirements: mustAdmit(ctx, c),
	}.judge(now, wish)
}

// planned is the policy that the plan starts from: the state, or when the resource is new what the project has, which it
// refuses to take over unless nobody's decisions are in it.
func planned(ctx context.Context, c *change, project string) *gcp.Policy {
	if c.Prior != nil && len(c.Replace) == 0 {
		now, _ := c.Prior.toAPI(ctx, c.Diags)
		return now
	}
	if c.Clients.Unconfigured() {
		return nil
	}
	now, err := c.Clients.Policy(ctx, project)
	if err != nil {
		c.Diags.AddError("Cannot read policy", fmt.Sprintf("projects/%s/policy: %s", project, err))
		return nil
	}
	if !isGoogleDefault(now) && !c.Model.AdoptExisting.ValueBool() && !c.Clients.Owns(c.Model.ID.ValueString()) {
		c.Diags.AddError("Project has a policy already", notDefault(now, project))
	}
	return now
}

// notDefault says what is there and how to go on.
func notDefault(now *gcp.Policy, project string) string {
	return fmt.Sprintf(`projects/%[1]s/policy is not Google's default, and a create would overwrite it:

  %[2]s

To manage what is there, import it:

  import {
    to = binauthz_policy.NAME
    id = "projects/%[1]s/policy"
  }

To replace it with what is configured, set adopt_existing = true; a destroy then restores it.`,
		project, strings.NewReplacer("now has", "has", "is now", "is", "was added", "is there", "no longer has", "lacks").Replace(strings.Join(differences(googleDefault(), now), "\n  ")))
}

// sameSettings compares what is not sent.
func sameSettings(a, b *model) bool {
	return a.MustAdmit.Equal(b.MustAdmit) && a.MustAdmitIn.Equal(b.MustAdmitIn) && a.AdoptExisting.Equal(b.AdoptExisting) &&
		a.AcknowledgeLockout.Equal(b.AcknowledgeLockout) && a.DeletionPolicy.Equal(b.DeletionPolicy)
}

func warnOfParts(c *change, project string) {
	if c.Clients.Claim(project, gcp.WholePolicy) {
		warnOfBoth(c.Diags, project)
	}
}
