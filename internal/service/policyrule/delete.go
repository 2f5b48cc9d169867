package policyrule

import (
	"context"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// memoryOfBefore is the key of the earlier default rule, as JSON of the API in a text.
const memoryOfBefore = "before"

func rememberBefore(ctx context.Context, c *change, before *projectpolicy.Rule) {
	if before == nil {
		return
	}
	if raw, err := protojson.Marshal(before); err == nil {
		c.Diags.Append(c.Memory.Remember(ctx, memoryOfBefore, string(raw))...)
	}
}

// afterDelete is the rule after a destroy: nil, except for the default rule. A policy cannot lack a
// default rule.
func afterDelete(ctx context.Context, c *change, t projectpolicy.Target) *projectpolicy.Rule {
	if t != projectpolicy.Default {
		return nil
	}
	var raw string
	rule := new(projectpolicy.Rule)
	if c.Memory.Recall(ctx, memoryOfBefore, &raw) && protojson.Unmarshal([]byte(raw), rule) == nil {
		return rule
	}
	return projectpolicy.GoogleDefault().DefaultAdmissionRule
}

// removed is the destroy of the rule in the state.
func removed(ctx context.Context, c *change) judge.Part {
	t := c.Prior.target(ctx, c)
	after := afterDelete(ctx, c, t)
	needs, _ := c.Prior.needs()
	return judge.Part{
		ID: c.Prior.ID.ValueString(), Leaves: true, Needs: needs, Rule: &t, Acknowledged: c.Prior.AcknowledgeLockout.ValueBool(),
		Apply: func(p *judge.Policy, _ bool) { t.Put(p, after) },
	}
}

// planDelete judges a destroy.
func planDelete(ctx context.Context, c *change) {
	if c.Clients.Unconfigured() {
		return
	}
	now, err := c.Clients.Policy(ctx, c.Prior.Project.ValueString())
	if err != nil {
		return // the destroy itself reports it
	}
	guardOf(ctx, c, c.Prior).RemovePart(ctx, c.Diags, now, removed(ctx, c))
}

// adviceToRestore is the remedy for a destroy refused by the service.
const adviceToRestore = "Create the attestors again. Or keep the rule, and remove it from the state with terraform state rm or a " +
	"removed block."

// destroy removes the rule, or restores the earlier default rule.
func destroy(ctx context.Context, c *change) error {
	project, t, guarded := c.Prior.Project.ValueString(), c.Prior.target(ctx, c), guardOf(ctx, c, c.Prior)
	if err := guarded.RefuseTaken(); err != nil {
		return err
	}
	saw, after := c.Prior.ToAPI(project), afterDelete(ctx, c, t)
	_, err := c.Clients.EditPolicy(ctx, project, gcp.Edit[*gcp.Policy]{Change: func(p *gcp.Policy, _ bool) error {
		if found := t.In(p); found != nil && !projectpolicy.SameRule(found, saw) && !projectpolicy.SameRule(found, after) {
			return changed(project, t, found)
		}
		t.Put(p, after)
		return nil
	}, Check: guarded.CheckDestroy})
	left := projectpolicy.GoogleDefault()
	t.Put(left, after)
	return guard.Unrestorable(ctx, c.Clients, err, left, adviceToRestore)
}
