package policy

import (
	"context"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// destroyRule removes the rule; the default rule, which a policy cannot be without, goes back to what was there.
func destroyRule(ctx context.Context, c *ruleChange) error {
	project, t := c.Prior.Project.ValueString(), c.Prior.target(ctx, c)
	saw, after := c.Prior.toAPI(project), ruleAfterDelete(ctx, c, t)
	_, err := c.Clients.EditPolicy(ctx, project, func(p *gcp.Policy) error {
		there := t.in(p)
		if there != nil && !sameRule(there, saw) && !sameRule(there, after) {
			return changedRule(project, t, there)
		}
		t.put(p, after)
		return nil
	})
	left := googleDefault()
	t.put(left, after)
	return unrestorable(ctx, c.Clients, err, left, adviceForRule)
}

// rememberRule keeps the default rule from before we came.
func rememberRule(ctx context.Context, c *ruleChange, before *binaryauthorizationpb.AdmissionRule) {
	if before == nil {
		return
	}
	if raw, err := protojson.Marshal(before); err == nil {
		c.Diags.Append(c.Memory.Remember(ctx, memoryOfBefore, string(raw))...)
	}
}

func ruleAfterDelete(ctx context.Context, c *ruleChange, t target) *binaryauthorizationpb.AdmissionRule {
	if t.scope != admission.ScopeDefault {
		return nil
	}
	var raw string
	rule := new(binaryauthorizationpb.AdmissionRule)
	if c.Memory.Recall(ctx, memoryOfBefore, &raw) && protojson.Unmarshal([]byte(raw), rule) == nil {
		return rule
	}
	return googleDefault().DefaultAdmissionRule
}
