package rulevalue

import (
	"context"
	"slices"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Value is one admission rule.
type Value struct {
	EvaluationMode        types.String `tfsdk:"evaluation_mode"`
	EnforcementMode       types.String `tfsdk:"enforcement_mode"`
	RequireAttestationsBy types.Set    `tfsdk:"require_attestations_by"`
}

// Type is the type of a rule in HCL.
var Type = types.ObjectType{AttrTypes: map[string]attr.Type{
	"evaluation_mode": types.StringType, "enforcement_mode": types.StringType, "require_attestations_by": types.SetType{ElemType: types.StringType},
}}

// Of reads a rule out of an object; known is false while any part of it is not known.
func Of(ctx context.Context, object types.Object, diags *diag.Diagnostics) (rule Value, known bool) {
	if object.IsNull() || object.IsUnknown() {
		return rule, !object.IsUnknown()
	}
	diags.Append(object.As(ctx, &rule, basetypes.ObjectAsOptions{})...)
	return rule, rule.Known()
}

// Known says that nothing of the rule is left to be known.
func (r *Value) Known() bool {
	if r.EvaluationMode.IsUnknown() || r.EnforcementMode.IsUnknown() || r.RequireAttestationsBy.IsUnknown() {
		return false
	}
	return !slices.ContainsFunc(r.RequireAttestationsBy.Elements(), attr.Value.IsUnknown)
}

// ToAPI is the rule to write. Attestors given by a short name are in project.
func (r *Value) ToAPI(project string) *projectpolicy.Rule {
	rule := &projectpolicy.Rule{
		EvaluationMode:  binaryauthorizationpb.AdmissionRule_EvaluationMode(binaryauthorizationpb.AdmissionRule_EvaluationMode_value[r.EvaluationMode.ValueString()]),
		EnforcementMode: binaryauthorizationpb.AdmissionRule_EnforcementMode(binaryauthorizationpb.AdmissionRule_EnforcementMode_value[r.EnforcementMode.ValueString()]),
	}
	for _, name := range Texts(r.RequireAttestationsBy) {
		rule.RequireAttestationsBy = append(rule.RequireAttestationsBy, fullAttestor(name, project))
	}
	slices.Sort(rule.RequireAttestationsBy)
	return rule
}

// fullAttestor is the full name; what is no name at all is refused elsewhere and stays as it is.
func fullAttestor(name, project string) string {
	if full, err := resname.ParseAttestor(name, project); err == nil {
		return full.String()
	}
	return name
}

// FromAPI converts a rule, keeping the spellings that known has for the same attestors. Attestors of the same short name
// in two projects are two.
func FromAPI(rule *projectpolicy.Rule, known Value, project string) types.Object {
	spelled := map[string]string{}
	for _, name := range Texts(known.RequireAttestationsBy) {
		spelled[fullAttestor(name, project)] = name
	}
	attestors := types.SetNull(types.StringType)
	if !known.RequireAttestationsBy.IsNull() || len(rule.GetRequireAttestationsBy()) > 0 {
		names := []attr.Value{}
		for _, name := range rule.GetRequireAttestationsBy() {
			if written, ok := spelled[name]; ok {
				name = written
			}
			names = append(names, types.StringValue(name))
		}
		// As Terraform sorts a set: what a read returns is then what the next one is sent.
		slices.SortFunc(names, func(a, b attr.Value) int { return strings.Compare(a.String(), b.String()) })
		attestors = types.SetValueMust(types.StringType, names)
	}
	return types.ObjectValueMust(Type.AttrTypes, map[string]attr.Value{
		"evaluation_mode":         types.StringValue(rule.GetEvaluationMode().String()),
		"enforcement_mode":        types.StringValue(rule.GetEnforcementMode().String()),
		"require_attestations_by": attestors,
	})
}

// Texts are the known strings of a set.
func Texts(set types.Set) []string {
	var all []string
	for _, element := range set.Elements() {
		if s, ok := element.(types.String); ok && !s.IsUnknown() {
			all = append(all, s.ValueString())
		}
	}
	slices.Sort(all)
	return all
}
