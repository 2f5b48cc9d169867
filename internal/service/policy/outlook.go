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

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

// outlook is the strictest and the most lenient policy possible with the unknown values. before is
// the current policy, nil for a check of validity only.
func (m *content) outlook(ctx context.Context, before *gcp.Policy, diags *diag.Diagnostics) judge.Outlook {
	strict, known := m.toAPI(ctx, diags)
	if known {
		return judge.Certain(strict)
	}
	o := judge.Outlook{Strict: strict, Lenient: proto.CloneOf(strict)}
	m.completeMode(&o)
	exempt := m.completePatterns(&o)
	complete := completion{&o, m.Project.ValueString(), diags}
	o.Strict.DefaultAdmissionRule, o.Lenient.DefaultAdmissionRule = complete.rule(
		ctx, m.DefaultAdmissionRule, string(admission.ScopeDefault), before.GetDefaultAdmissionRule())
	m.completeMaps(ctx, complete, before)
	if exempt || o.Open {
		judge.AdmitAll(o.Lenient)
	}
	return o
}

func (m *content) completeMode(o *judge.Outlook) {
	if m.GlobalPolicyEvaluationMode.IsUnknown() {
		o.Unknown = append(o.Unknown, "global_policy_evaluation_mode")
		o.Strict.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE
		o.Lenient.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_ENABLE
	}
}

// completePatterns reports whether a pattern is unknown: it could exempt any image.
func (m *content) completePatterns(o *judge.Outlook) bool {
	if !m.AdmissionWhitelistPatterns.IsUnknown() && !slices.ContainsFunc(m.AdmissionWhitelistPatterns.Elements(), attr.Value.IsUnknown) {
		return false
	}
	o.Unknown = append(o.Unknown, "admission_whitelist_patterns")
	return true
}

// completeMaps completes the rules for clusters and workloads. An unknown map could have a rule for
// any workload.
func (m *content) completeMaps(ctx context.Context, c completion, before *gcp.Policy) {
	if before == nil {
		before = &gcp.Policy{}
	}
	strict, lenient, old := projectpolicy.Scoped(c.Strict), projectpolicy.Scoped(c.Lenient), projectpolicy.Scoped(before)
	for i, model := range m.rules() {
		if model.IsUnknown() {
			c.Unknown, c.Open = append(c.Unknown, string(strict[i].Scope)), true
			*strict[i].Rules = *old[i].Rules
			continue
		}
		for key, element := range model.Elements() {
			object, _ := element.(types.Object)
			name := fmt.Sprintf("%s[%q]", strict[i].Scope, key)
			(*strict[i].Rules)[key], (*lenient[i].Rules)[key] = c.rule(ctx, object, name, (*old[i].Rules)[key])
		}
	}
}

// completion completes the rules of an outlook, and collects their unknown attributes.
type completion struct {
	*judge.Outlook
	project string
	diags   *diag.Diagnostics
}

func (c completion) rule(
	ctx context.Context, object types.Object, name string, before *projectpolicy.Rule,
) (strict, lenient *projectpolicy.Rule) {
	if object.IsUnknown() {
		c.Unknown = append(c.Unknown, name)
		unknown := rulevalue.Value{
			EvaluationMode:        types.StringUnknown(),
			EnforcementMode:       types.StringUnknown(),
			RequireAttestationsBy: types.SetUnknown(types.StringType),
		}
		strict, lenient, _ = unknown.Outlook(c.project, before)
		return strict, lenient
	}
	rule, _ := rulevalue.Of(ctx, object, c.diags)
	strict, lenient, unknown := rule.Outlook(c.project, before)
	for _, attribute := range unknown {
		c.Unknown = append(c.Unknown, name+"."+attribute)
	}
	return strict, lenient
}
