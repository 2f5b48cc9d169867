package iam

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

var conditionType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"title": types.StringType, "description": types.StringType, "expression": types.StringType,
}}

func conditionOf(o types.Object) allowpolicy.Condition {
	text := func(name string) string {
		s, _ := o.Attributes()[name].(types.String)
		return s.ValueString()
	}
	return allowpolicy.Condition{Title: text("title"), Description: text("description"), Expression: text("expression")}
}

func conditionObject(c allowpolicy.Condition) types.Object {
	if c == (allowpolicy.Condition{}) {
		return types.ObjectNull(conditionType.AttrTypes)
	}
	return types.ObjectValueMust(conditionType.AttrTypes, map[string]attr.Value{
		"title": types.StringValue(c.Title), "description": lifecycle.Text(c.Description), "expression": types.StringValue(c.Expression),
	})
}

// knownCondition reports whether the condition has no unknown parts.
func knownCondition(o types.Object) bool {
	return !o.IsUnknown() && !slices.ContainsFunc(slices.Collect(maps.Values(o.Attributes())), attr.Value.IsUnknown)
}
