package policy

import (
	"context"
	"fmt"
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// outlook is a policy as far as it is known: the one that admits least and the one that admits most of those that it can become.
// They are one and the same when everything is known.
type outlook struct {
	strict, lenient *gcp.Policy
	// unknown are the attributes that make the difference.
	unknown []string
	// open says that there may be rules that are not in strict, which has those from before in their place.
	open bool
}

func certain(p *gcp.Policy) outlook { return outlook{strict: p, lenient: p} }

func (o *outlook) known() bool { return o.strict == o.lenient }

// worst is the policy to ask whether something is admitted whatever the unknown values are.
func (o *outlook) worst() *gcp.Policy {
	if !o.open {
		return o.strict
	}
	p := proto.CloneOf(o.strict)
	denyAll(p)
	return p
}

// unknownAttestor stands in for an attestor whose name is not known yet.
const unknownAttestor = "projects/not-known-yet/attestors/not-known-yet"

// outlook completes the policy to write. before is what there is, nil when that does not matter.
func (m *content) outlook(ctx context.Context, before *gcp.Policy, diags *diag.Diagnostics) outlook {
	strict, known := m.toAPI(ctx, diags)
	if known {
		return certain(strict)
	}
	o := outlook{strict: strict, lenient: proto.CloneOf(strict)}
	m.completeMode(&o)
	exempt := m.completePatterns(&o)
	o.strict.DefaultAdmissionRule, o.lenient.DefaultAdmissionRule = o.complete(ctx, m.DefaultAdmissionRule, "default_admission_rule", m.Project.ValueString(), before.GetDefaultAdmissionRule(), diags)
	m.completeMaps(ctx, &o, before, diags)
	if exempt || o.open {
		admitAll(o.lenient)
	}
	return o
}

func (m *content) completeMode(o *outlook) {
	if m.GlobalPolicyEvaluationMode.IsUnknown() {
		o.unknown = append(o.unknown, "global_policy_evaluation_mode")
		o.strict.GlobalPolicyEvaluationMode, o.lenient.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE, binaryauthorizationpb.Policy_ENABLE
	}
}

// completePatterns reports whether there may be patterns that are not known: they could exempt anything.
func (m *content) completePatterns(o *outlook) bool {
	if !m.AdmissionWhitelistPatterns.IsUnknown() && !slices.ContainsFunc(m.AdmissionWhitelistPatterns.Elements(), attr.Value.IsUnknown) {
		return false
	}
	o.unknown = append(o.unknown, "admission_whitelist_patterns")
	return true
}

// completeMaps completes the rules that have a key. A whole map that is not known could have one for anything.
func (m *content) completeMaps(ctx context.Context, o *outlook, before *gcp.Policy, diags *diag.Diagnostics) {
	if before == nil {
		before = &gcp.Policy{}
	}
	strict, lenient, old := m.ruleMaps(o.strict), m.ruleMaps(o.lenient), m.ruleMaps(before)
	for i, rules := range strict {
		if rules.model.IsUnknown() {
			o.unknown, o.open = append(o.unknown, rules.kind), true
			*rules.messages = *old[i].messages
			continue
		}
		for key, element := range rules.model.Elements() {
			object, _ := element.(types.Object)
			name := fmt.Sprintf("%s[%q]", rules.kind, key)
			(*rules.messages)[key], (*lenient[i].messages)[key] = o.complete(ctx, object, name, m.Project.ValueString(), (*old[i].messages)[key], diags)
		}
	}
}

// complete notes under name what is not known of a rule.
func (o *outlook) complete(ctx context.Context, object types.Object, name, project string, before *binaryauthorizationpb.AdmissionRule, diags *diag.Diagnostics) (strict, lenient *binaryauthorizationpb.AdmissionRule) {
	if object.IsUnknown() {
		o.unknown = append(o.unknown, name)
		unknown := ruleValue{types.StringUnknown(), types.StringUnknown(), types.SetUnknown(types.StringType)}
		strict, lenient, _ = unknown.outlook(project, before)
		return strict, lenient
	}
	rule, _ := ruleOf(ctx, object, diags)
	strict, lenient, unknown := rule.outlook(project, before)
	for _, attribute := range unknown {
		o.unknown = append(o.unknown, name+"."+attribute)
	}
	return strict, lenient
}

// admitAll makes every rule admit everything.
func admitAll(p *gcp.Policy) { evaluateAll(p, binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW) }

func denyAll(p *gcp.Policy) { evaluateAll(p, binaryauthorizationpb.AdmissionRule_ALWAYS_DENY) }

func evaluateAll(p *gcp.Policy, mode binaryauthorizationpb.AdmissionRule_EvaluationMode) {
	rule := func() *binaryauthorizationpb.AdmissionRule {
		return &binaryauthorizationpb.AdmissionRule{EvaluationMode: mode, EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG}
	}
	p.DefaultAdmissionRule = rule()
	for _, rules := range (&content{}).ruleMaps(p) {
		for key := range *rules.messages {
			(*rules.messages)[key] = rule()
		}
	}
}
