package checkschema

import (
	action "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// Written returns the attribute without computed values: an omitted one stays null. For resources
// without an API behind the attribute.
func Written(a schema.Attribute) schema.Attribute {
	switch a := a.(type) {
	case schema.StringAttribute:
		a.Computed = false
		return a
	case schema.BoolAttribute:
		a.Computed = false
		return a
	case schema.SetAttribute:
		a.Computed = false
		return a
	case schema.SingleNestedAttribute:
		a.Computed, a.Attributes = false, each(a.Attributes, Written)
		return a
	case schema.ListNestedAttribute:
		a.Computed, a.NestedObject.Attributes = false, each(a.NestedObject.Attributes, Written)
		return a
	}
	return a
}

// InAction returns the same attribute for an action, or nil for a type not used by checks.
func InAction(a schema.Attribute) action.Attribute {
	text := a.GetMarkdownDescription()
	switch a := a.(type) {
	case schema.StringAttribute:
		return action.StringAttribute{Optional: a.Optional, Required: a.Required, MarkdownDescription: text, Validators: a.Validators}
	case schema.BoolAttribute:
		return action.BoolAttribute{Optional: a.Optional, Required: a.Required, MarkdownDescription: text, Validators: a.Validators}
	case schema.SetAttribute:
		return action.SetAttribute{
			Optional: a.Optional, Required: a.Required, MarkdownDescription: text, Validators: a.Validators, ElementType: a.ElementType,
		}
	case schema.SingleNestedAttribute:
		return action.SingleNestedAttribute{
			Optional: a.Optional, Required: a.Required, MarkdownDescription: text, Validators: a.Validators,
			Attributes: each(a.Attributes, InAction),
		}
	case schema.ListNestedAttribute:
		return action.ListNestedAttribute{
			Optional: a.Optional, Required: a.Required, MarkdownDescription: text, Validators: a.Validators,
			NestedObject: action.NestedAttributeObject{Attributes: each(a.NestedObject.Attributes, InAction)},
		}
	}
	return nil
}

func each[A, B any](attributes map[string]A, of func(A) B) map[string]B {
	all := make(map[string]B, len(attributes))
	for name, a := range attributes {
		all[name] = of(a)
	}
	return all
}
