package lifecycle

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// withTypes sets the type of every nested attribute. The framework otherwise derives the type from
// the schema again for each value of a plan, which dominates plans with thousands of nested values.
func withTypes(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	typed := make(map[string]schema.Attribute, len(attributes))
	for name, attribute := range attributes {
		typed[name] = withType(attribute)
	}
	return typed
}

// withType leaves attributes with a type of their own as they are.
func withType(attribute schema.Attribute) schema.Attribute {
	switch a := attribute.(type) {
	case schema.SingleNestedAttribute:
		if a.CustomType == nil {
			a.Attributes = withTypes(a.Attributes)
			a.CustomType = objectOf(a.Attributes)
		}
		return a
	case schema.ListNestedAttribute:
		if a.CustomType == nil && a.NestedObject.CustomType == nil {
			a.NestedObject = withObjectType(a.NestedObject)
			a.CustomType = types.ListType{ElemType: objectOf(a.NestedObject.Attributes)}
		}
		return a
	case schema.SetNestedAttribute:
		if a.CustomType == nil && a.NestedObject.CustomType == nil {
			a.NestedObject = withObjectType(a.NestedObject)
			a.CustomType = types.SetType{ElemType: objectOf(a.NestedObject.Attributes)}
		}
		return a
	case schema.MapNestedAttribute:
		if a.CustomType == nil && a.NestedObject.CustomType == nil {
			a.NestedObject = withObjectType(a.NestedObject)
			a.CustomType = types.MapType{ElemType: objectOf(a.NestedObject.Attributes)}
		}
		return a
	}
	return attribute
}

func withObjectType(o schema.NestedAttributeObject) schema.NestedAttributeObject {
	o.Attributes = withTypes(o.Attributes)
	o.CustomType = objectOf(o.Attributes)
	return o
}

func objectOf(attributes map[string]schema.Attribute) types.ObjectType {
	of := make(map[string]attr.Type, len(attributes))
	for name, attribute := range attributes {
		of[name] = attribute.GetType()
	}
	return types.ObjectType{AttrTypes: of}
}
