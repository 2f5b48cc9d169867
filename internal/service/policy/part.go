package policy

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// part is what one resource plans to do to a policy that it shares with others.
type part struct {
	project string
	edits   []gcp.PlannedEdit
	// takes says that the edits take something away that other parts may need.
	takes bool
}

// register tells the other parts of this run.
func (p part) register(clients *gcp.Clients) {
	for _, edit := range p.edits {
		clients.PlanEdit(p.project, edit)
	}
}

// alone is the policy with this part's edits only.
func (p part) alone(now *gcp.Policy) outlook { return foresee(now, p.edits) }

func (p part) has(edit gcp.PlannedEdit) bool {
	return slices.ContainsFunc(p.edits, func(own gcp.PlannedEdit) bool { return own.Part == edit.Part })
}

// foresee makes planned edits.
func foresee(now *gcp.Policy, edits []gcp.PlannedEdit) outlook {
	o := certain(proto.CloneOf(now))
	for _, edit := range edits {
		o.unknown = append(o.unknown, edit.Unknown...)
		edit.Apply(o.strict, false)
	}
	if len(o.unknown) > 0 {
		o.lenient = proto.CloneOf(now)
		for _, edit := range edits {
			edit.Apply(o.lenient, true)
		}
	}
	return o
}

// planPart judges a part together with what the others of this run plan, as far as they have been planned. What would be refused waits
// for more of them; which part is planned first is certain only where one depends on the other. It returns how many kinds of rules
// there will be.
func (j judgement) planPart(ctx context.Context, diags *diag.Diagnostics, now *gcp.Policy, p part) (kinds int) {
	p.register(j.clients)
	alone := p.alone(now)
	v := j.settle(ctx, diags, func(ctx context.Context) (verdict, bool) { return j.withOthers(ctx, p) })
	if len(alone.unknown) > 0 {
		v.open = append(v.open, checkOfWeakening)
	}
	j.report(diags, v.refused, v.open, v.after.unknown)
	j.warnOfWeakening(ctx, diags, now, alone)
	return len(kindsOf(v.after.strict))
}

// withOthers judges a part with everything that has been planned, or written if this is an apply.
func (j judgement) withOthers(ctx context.Context, p part) (v verdict, content bool) {
	all := j.clients.PlannedEdits(p.project)
	now, err := j.clients.Policy(ctx, p.project)
	if err != nil {
		return verdict{open: []string{"everything that needs a look at what is there: " + err.Error()}, after: certain(&gcp.Policy{})}, true
	}
	before := func() outlook { return foresee(now, slices.DeleteFunc(slices.Clone(all), p.has)) }
	v.after = foresee(now, all)
	v.refused, v.open = j.judge(ctx, before, v.after)
	v.refused = withAdvice(append(v.refused, j.disappointed(ctx, p, all, before, v.after)...))
	return v, len(v.refused) == 0
}

// disappointed are images that other parts of this run must have admitted, and that only this part keeps out.
func (j judgement) disappointed(ctx context.Context, p part, all []gcp.PlannedEdit, before func() outlook, after outlook) (found []finding) {
	for _, other := range all {
		if other.Refuses == nil || p.has(other) || !p.takes {
			continue
		}
		refused := other.Refuses(ctx, after.lenient)
		if len(refused) == 0 || len(other.Refuses(ctx, before().strict)) > 0 {
			continue
		}
		for _, why := range refused {
			found = append(found, finding{at: j.at(admission.Path{}), summary: "Policy refuses an image that it must admit", detail: why + "\n\n" + other.Part + " must have it admitted."})
		}
	}
	return found
}

// standing judges a part that is not changed. What the rest of this plan does to it is an error.
func (j judgement) standing(ctx context.Context, diags *diag.Diagnostics, now *gcp.Policy, p part) {
	p.register(j.clients)
	if !j.stand(ctx, diags, now) {
		return
	}
	v := j.settle(ctx, diags, func(ctx context.Context) (v verdict, content bool) {
		refused, _ := j.unmet(ctx, foresee(now, j.clients.PlannedEdits(p.project)))
		return verdict{refused: withAdvice(refused)}, len(refused) == 0
	})
	j.report(diags, v.refused, nil, nil)
}

func withAdvice(refused []finding) []finding {
	for i := range refused {
		refused[i].detail += "\n\nIf another resource of this configuration changes that, let this one depend on it (depends_on): otherwise they are planned and applied in any order."
	}
	return refused
}

// checked is the check of an edit before it is written, together with the others that go along.
func (j judgement) checked() gcp.PolicyCheck {
	j.applying = true
	return func(ctx context.Context, with *gcp.Policy, without func() *gcp.Policy) error {
		return j.refusal(ctx, func() outlook { return certain(without()) }, certain(with))
	}
}

// livePolicy is the policy as it is; nil if it cannot be read, which is an error of the plan.
func livePolicy(ctx context.Context, clients *gcp.Clients, project string, diags *diag.Diagnostics) *gcp.Policy {
	now, err := clients.Policy(ctx, project)
	if err != nil {
		diags.AddError("Cannot read policy", fmt.Sprintf("projects/%s/policy: %s", project, err))
		return nil
	}
	return now
}
