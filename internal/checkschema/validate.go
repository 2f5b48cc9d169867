package checkschema

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Validate validates a value of an attribute with the validators of the attribute and of its nested
// attributes, like the framework. It is for actions: Terraform validates their configuration only
// before it knows the values of variables
// (https://github.com/hashicorp/terraform/blob/main/internal/terraform/node_action.go). Unknown
// values are valid.
func Validate(ctx context.Context, at path.Path, a schema.Attribute, value attr.Value) (diags diag.Diagnostics) {
	if a.IsRequired() && value.IsNull() {
		diags.AddAttributeError(at, "Missing value", at.String()+" is required, but it is null.")
		return diags
	}
	switch a := a.(type) {
	case schema.StringAttribute:
		return validateText(ctx, at, a, value)
	case schema.BoolAttribute:
		return validateFlag(ctx, at, a, value)
	case schema.SetAttribute:
		return validateSet(ctx, at, a, value)
	case schema.SingleNestedAttribute:
		return validateObject(ctx, at, a, value)
	case schema.ListNestedAttribute:
		return validateList(ctx, at, a, value)
	}
	diags.AddAttributeError(at, "Unsupported attribute", "The provider cannot validate this type of attribute. This is a bug.")
	return diags
}

func validateText(ctx context.Context, at path.Path, a schema.StringAttribute, value attr.Value) (diags diag.Diagnostics) {
	text, _ := value.(types.String)
	for _, v := range a.Validators {
		resp := new(validator.StringResponse)
		v.ValidateString(ctx, validator.StringRequest{Path: at, PathExpression: at.Expression(), ConfigValue: text}, resp)
		diags.Append(resp.Diagnostics...)
	}
	return diags
}

func validateFlag(ctx context.Context, at path.Path, a schema.BoolAttribute, value attr.Value) (diags diag.Diagnostics) {
	flag, _ := value.(types.Bool)
	for _, v := range a.Validators {
		resp := new(validator.BoolResponse)
		v.ValidateBool(ctx, validator.BoolRequest{Path: at, PathExpression: at.Expression(), ConfigValue: flag}, resp)
		diags.Append(resp.Diagnostics...)
	}
	return diags
}

func validateSet(ctx context.Context, at path.Path, a schema.SetAttribute, value attr.Value) (diags diag.Diagnostics) {
	set, _ := value.(types.Set)
	for _, v := range a.Validators {
		resp := new(validator.SetResponse)
		v.ValidateSet(ctx, validator.SetRequest{Path: at, PathExpression: at.Expression(), ConfigValue: set}, resp)
		diags.Append(resp.Diagnostics...)
	}
	return diags
}

func validateObject(ctx context.Context, at path.Path, a schema.SingleNestedAttribute, value attr.Value) (diags diag.Diagnostics) {
	object, _ := value.(types.Object)
	for _, v := range a.Validators {
		resp := new(validator.ObjectResponse)
		v.ValidateObject(ctx, validator.ObjectRequest{Path: at, PathExpression: at.Expression(), ConfigValue: object}, resp)
		diags.Append(resp.Diagnostics...)
	}
	diags.Append(validateNested(ctx, at, a.Attributes, object)...)
	return diags
}

func validateList(ctx context.Context, at path.Path, a schema.ListNestedAttribute, value attr.Value) (diags diag.Diagnostics) {
	list, _ := value.(types.List)
	for _, v := range a.Validators {
		resp := new(validator.ListResponse)
		v.ValidateList(ctx, validator.ListRequest{Path: at, PathExpression: at.Expression(), ConfigValue: list}, resp)
		diags.Append(resp.Diagnostics...)
	}
	for i, element := range list.Elements() {
		object, _ := element.(types.Object)
		diags.Append(validateNested(ctx, at.AtListIndex(i), a.NestedObject.Attributes, object)...)
	}
	return diags
}

// validateNested validates the attributes of an object, unless the object is null or unknown.
func validateNested(ctx context.Context, at path.Path, all map[string]schema.Attribute, object types.Object) (diags diag.Diagnostics) {
	values := object.Attributes()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		diags.Append(Validate(ctx, at.AtName(name), all[name], values[name])...)
	}
	return diags
}
