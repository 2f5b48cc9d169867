package checkschema

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// NoNulls is a validator of lists and sets that refuses elements that are null: the API has no such
// elements.
type NoNulls struct{}

var (
	_ validator.List = NoNulls{}
	_ validator.Set  = NoNulls{}
)

// Description implements validator.List and validator.Set.
func (NoNulls) Description(context.Context) string { return "must have no elements that are null" }

// MarkdownDescription implements validator.List and validator.Set.
func (v NoNulls) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateList implements validator.List.
func (NoNulls) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	for i, element := range req.ConfigValue.Elements() {
		if element.IsNull() {
			refuseNull(&resp.Diagnostics, req.Path.AtListIndex(i), fmt.Sprintf("Element %d is null.", i+1))
		}
	}
}

// ValidateSet implements validator.Set.
func (NoNulls) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		if element.IsNull() {
			refuseNull(&resp.Diagnostics, req.Path, "An element is null.")
		}
	}
}

func refuseNull(diags *diag.Diagnostics, at path.Path, what string) {
	diags.AddAttributeError(at, "Null element", what+" Remove it or give it a value. The function compact removes null elements "+
		"from a list of strings.")
}
