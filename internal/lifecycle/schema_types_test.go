package lifecycle

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// TestTypesOfSchema: every nested attribute gets the type derived from its schema by the framework.
func TestTypesOfSchema(t *testing.T) {
	t.Parallel()
	inner := map[string]schema.Attribute{
		"text": schema.StringAttribute{Optional: true},
		"one": schema.SingleNestedAttribute{
			Optional:   true,
			Attributes: map[string]schema.Attribute{"number": schema.Int64Attribute{Optional: true}},
		},
	}
	object := schema.NestedAttributeObject{Attributes: inner}
	plain := map[string]schema.Attribute{
		"text": schema.StringAttribute{Required: true},
		"one":  schema.SingleNestedAttribute{Required: true, Attributes: inner},
		"list": schema.ListNestedAttribute{Required: true, NestedObject: object},
		"set":  schema.SetNestedAttribute{Required: true, NestedObject: object},
		"map":  schema.MapNestedAttribute{Required: true, NestedObject: object},
	}
	for name, typed := range withTypes(plain) {
		if want := plain[name].GetType(); !typed.GetType().Equal(want) {
			t.Errorf("%s: %s, want %s", name, typed.GetType(), want)
		}
		if !typed.IsRequired() {
			t.Errorf("%s is not required any more", name)
		}
	}
	list, _ := withTypes(plain)["list"].(schema.ListNestedAttribute)
	one, _ := list.NestedObject.Attributes["one"].(schema.SingleNestedAttribute)
	if list.CustomType == nil || list.NestedObject.CustomType == nil || one.CustomType == nil {
		t.Error("a nested attribute has no type set")
	}
}
