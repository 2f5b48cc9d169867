package checkschema_test

import (
	"context"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/checkschema"
)

// never refuses every value of every type.
type never struct{}

func (never) Description(context.Context) string         { return "" }
func (never) MarkdownDescription(context.Context) string { return "" }

func (never) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	resp.Diagnostics.AddAttributeError(req.Path, "text", req.ConfigValue.ValueString())
}

func (never) ValidateBool(_ context.Context, req validator.BoolRequest, resp *validator.BoolResponse) {
	resp.Diagnostics.AddAttributeError(req.Path, "flag", req.ConfigValue.String())
}

func (never) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	resp.Diagnostics.AddAttributeError(req.Path, "set", req.ConfigValue.String())
}

func (never) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	resp.Diagnostics.AddAttributeError(req.Path, "list", "")
}

func (never) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	resp.Diagnostics.AddAttributeError(req.Path, "object", "")
}

// TestValidate: the validators of every attribute see its value, at any depth.
func TestValidate(t *testing.T) {
	t.Parallel()
	inner := map[string]schema.Attribute{
		"flag": schema.BoolAttribute{Optional: true, Validators: []validator.Bool{never{}}},
		"set":  schema.SetAttribute{Optional: true, ElementType: types.StringType, Validators: []validator.Set{never{}}},
		"text": schema.StringAttribute{Required: true, Validators: []validator.String{never{}}},
	}
	innerType := map[string]attr.Type{"flag": types.BoolType, "set": types.SetType{ElemType: types.StringType}, "text": types.StringType}
	whole := schema.SingleNestedAttribute{
		Optional: true, Validators: []validator.Object{never{}},
		Attributes: map[string]schema.Attribute{
			"list": schema.ListNestedAttribute{
				Optional: true, Validators: []validator.List{never{}}, NestedObject: schema.NestedAttributeObject{Attributes: inner},
			},
			"number": schema.NumberAttribute{Optional: true},
		},
	}
	element := func(text types.String) attr.Value {
		return types.ObjectValueMust(innerType, map[string]attr.Value{
			"flag": types.BoolValue(true), "set": types.SetValueMust(types.StringType, []attr.Value{types.StringValue("a")}), "text": text,
		})
	}
	wholeType := map[string]attr.Type{"list": types.ListType{ElemType: types.ObjectType{AttrTypes: innerType}}, "number": types.NumberType}
	list := types.ListValueMust(types.ObjectType{AttrTypes: innerType}, []attr.Value{
		element(types.StringValue("b")), types.ObjectNull(innerType), element(types.StringNull()),
	})
	for name, c := range map[string]struct {
		value types.Object
		want  []string
	}{
		"null":    {types.ObjectNull(wholeType), []string{"it: object "}},
		"unknown": {types.ObjectUnknown(wholeType), []string{"it: object "}},
		"known": {
			types.ObjectValueMust(wholeType, map[string]attr.Value{"list": list, "number": types.NumberNull()}),
			[]string{
				"it: object ", "it.list: list ", "it.list[0].flag: flag true", `it.list[0].set: set ["a"]`, "it.list[0].text: text b",
				"it.list[2].flag: flag true", `it.list[2].set: set ["a"]`,
				"it.list[2].text: Missing value it.list[2].text is required, but it is null.",
				"it.number: Unsupported attribute The provider cannot validate this type of attribute. This is a bug.",
			},
		},
	} {
		var got []string
		for _, d := range checkschema.Validate(t.Context(), path.Root("it"), whole, c.value) {
			where := ""
			if of, ok := d.(diag.DiagnosticWithPath); ok {
				where = of.Path().String()
			}
			got = append(got, where+": "+d.Summary()+" "+d.Detail())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
