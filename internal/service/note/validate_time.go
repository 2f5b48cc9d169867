package note

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// isTime accepts a moment in RFC 3339.
type isTime struct{}

func (isTime) Description(context.Context) string               { return "must be a time in RFC 3339" }
func (v isTime) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (isTime) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := time.Parse(time.RFC3339Nano, req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid time", req.ConfigValue.ValueString()+` is not a time in RFC 3339, such as "2030-01-02T15:04:05Z".`)
	}
}
