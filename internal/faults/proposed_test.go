package faults_test

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type fields = map[string]tftypes.Value

// proposed is Terraform's proposed new state: the configured values, and the prior values of
// computed attributes without a configured value. Source:
// https://github.com/hashicorp/terraform/blob/main/docs/resource-instance-change-lifecycle.md,
// ProposedNewState.
func proposed(attributes []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	before, now := fieldsOf(prior), fieldsOf(config)
	for _, a := range attributes {
		was, wanted := before[a.Name], now[a.Name]
		switch {
		case wanted.IsNull() && a.Computed:
			now[a.Name] = known(was, a.ValueType())
		case a.NestedType != nil && !wanted.IsNull():
			now[a.Name] = proposedNested(a.NestedType, known(was, a.ValueType()), wanted)
		}
	}
	return tftypes.NewValue(config.Type(), now)
}

// proposedNested pairs the elements of a list by their index. The elements of a set have no pair.
func proposedNested(nested *tfprotov6.SchemaObject, prior, config tftypes.Value) tftypes.Value {
	switch nested.Nesting {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return proposed(nested.Attributes, prior, config)
	case tfprotov6.SchemaObjectNestingModeList:
		before, now := elementsOf(prior), elementsOf(config)
		for i := range now {
			was := tftypes.NewValue(now[i].Type(), nil)
			if i < len(before) {
				was = before[i]
			}
			now[i] = proposed(nested.Attributes, was, now[i])
		}
		return tftypes.NewValue(config.Type(), now)
	default:
		return config
	}
}

// known is v, or null of its type if there is no value.
func known(v tftypes.Value, of tftypes.Type) tftypes.Value {
	if v.Type() == nil {
		return tftypes.NewValue(of, nil)
	}
	return v
}

func fieldsOf(v tftypes.Value) fields {
	all := fields{}
	if v.Type() != nil && !v.IsNull() && v.IsKnown() {
		_ = v.As(&all)
	}
	return all
}

func elementsOf(v tftypes.Value) []tftypes.Value {
	var all []tftypes.Value
	if !v.IsNull() && v.IsKnown() {
		_ = v.As(&all)
	}
	return all
}
