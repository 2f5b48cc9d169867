package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Check is a validator with the error texts of a function. description lists the accepted values.
// Absent and unknown texts are not checked.
func Check(summary, description string, check func(string) error) validator.String {
	return checked{summary, description, check}
}

type checked struct {
	summary, description string
	check                func(string) error
}

func (c checked) Description(context.Context) string         { return c.description }
func (c checked) MarkdownDescription(context.Context) string { return c.description }

func (c checked) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, c.summary, err.Error())
	}
}
