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

// outlook completes the policy to write. before is what there is, nil when that does not matter.
func (m *content) outlook(ctx context.Context, before *gcp.Policy, diags *diag.Diagnostics) judge.Outlook {
	strict, known := m.toAPI(ctx, diags)
	if known {
		return judge.Certain(strict)
	}
	o := judge.Outlook{Strict: strict, Lenient: proto.CloneOf(strict)}
	m.completeMode(&o)
	exempt := m.completePatterns(&o)
	complete := completion{&o, m.Project.ValueString(), diags}
	o.Strict.DefaultAdmissionRule, o.Lenient.DefaultAdmissionRule = complete.rule(ctx, m.DefaultAdmissionRule, string(admission.ScopeDefault), before.GetDefaultAdmissionRule())
	m.completeMaps(ctx, complete, before)
	if exempt || o.Open {
		judge.AdmitAll(o.Lenient)
	}
	return o
}

func (m *content) completeMode(o *judge.Outlook) {
	if m.GlobalPolicyEvaluationMode.IsUnknown() {
		o.Unknown = append(o.Unknown, "global_policy_evaluation_mode")
		o.Strict.GlobalPolicyEvaluationMode, o.Lenient.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE, binaryauthorizationpb.Policy_ENABLE
	}
}

// completePatterns reports whether there may be patterns that are not known: they could exempt anything.
func (m *content) completePatterns(o *judge.Outlook) bool {
	if !m.AdmissionWhitelistPatterns.IsUnknown() && !slices.ContainsFunc(m.AdmissionWhitelistPatterns.Elements(), attr.Value.IsUnknown) {
		return false
	}
	o.Unknown = append(o.Unknown, "admission_whitelist_patterns")
	return true
}

// completeMaps completes the rules that have a key. A whole map that is not known could have one for anything.
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

// completion completes the rules of an outlook, and notes what is not known of them.
type completion struct {
	*judge.Outlook
	project string
	diags   *diag.Diagnostics
}

func (c completion) rule(ctx context.Context, object types.Object, name string, before *projectpolicy.Rule) (strict, lenient *projectpolicy.Rule) {
	if object.IsUnknown() {
		c.Unknown = append(c.Unknown, name)
		unknown := rulevalue.Value{EvaluationMode: types.StringUnknown(), EnforcementMode: types.StringUnknown(), RequireAttestationsBy: types.SetUnknown(types.StringType)}
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
