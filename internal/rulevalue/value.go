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
	"evaluation_mode": types.StringType, "enforcement_mode": types.StringType,
	"require_attestations_by": types.SetType{ElemType: types.StringType},
}}

// Of reads a rule from an object. known is false if a part of it is unknown.
func Of(ctx context.Context, object types.Object, diags *diag.Diagnostics) (rule Value, known bool) {
	if object.IsNull() || object.IsUnknown() {
		return rule, !object.IsUnknown()
	}
	diags.Append(object.As(ctx, &rule, basetypes.ObjectAsOptions{})...)
	return rule, rule.Known()
}

// Known reports whether the rule has no unknown values.
func (r *Value) Known() bool {
	if r.EvaluationMode.IsUnknown() || r.EnforcementMode.IsUnknown() || r.RequireAttestationsBy.IsUnknown() {
		return false
	}
	return !slices.ContainsFunc(r.RequireAttestationsBy.Elements(), attr.Value.IsUnknown)
}

// ToAPI is the rule as API message. Short names of attestors are in project.
func (r *Value) ToAPI(project string) *projectpolicy.Rule {
	evaluation := binaryauthorizationpb.AdmissionRule_EvaluationMode_value[r.EvaluationMode.ValueString()]
	enforcement := binaryauthorizationpb.AdmissionRule_EnforcementMode_value[r.EnforcementMode.ValueString()]
	rule := &projectpolicy.Rule{
		EvaluationMode:  binaryauthorizationpb.AdmissionRule_EvaluationMode(evaluation),
		EnforcementMode: binaryauthorizationpb.AdmissionRule_EnforcementMode(enforcement),
	}
	for _, name := range Texts(r.RequireAttestationsBy) {
		rule.RequireAttestationsBy = append(rule.RequireAttestationsBy, fullAttestor(name, project))
	}
	slices.Sort(rule.RequireAttestationsBy)
	return rule
}

// fullAttestor is the full name of an attestor. It keeps an invalid name, refused elsewhere.
func fullAttestor(name, project string) string {
	if full, err := resname.ParseAttestor(name, project); err == nil {
		return full.String()
	}
	return name
}

// FromAPI converts a rule. It keeps the spellings of attestors in known.
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
		// Terraform's order of sets: the next read then gets the same value as this one returns.
		slices.SortFunc(names, func(a, b attr.Value) int { return strings.Compare(a.String(), b.String()) })
		attestors = types.SetValueMust(types.StringType, names)
	}
	return types.ObjectValueMust(Type.AttrTypes, map[string]attr.Value{
		"evaluation_mode":         types.StringValue(rule.GetEvaluationMode().String()),
		"enforcement_mode":        types.StringValue(rule.GetEnforcementMode().String()),
		"require_attestations_by": attestors,
	})
}

// Needed are the known ids of the attribute needs. A rule has the same id in every spelling.
func Needed(needs types.Set) []string {
	ids := Texts(needs)
	for i, id := range ids {
		ids[i] = projectpolicy.CanonicalID(id)
	}
	return ids
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
