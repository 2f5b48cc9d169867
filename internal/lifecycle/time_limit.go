package lifecycle

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// AboveZero refuses durations of no time in a block of time limits. The framework takes any
// duration; one that is over before it begins would only be noticed by the call that it ends.
type AboveZero struct{}

// Description implements validator.Object.
func (AboveZero) Description(context.Context) string { return "durations must be above zero" }

// MarkdownDescription implements validator.Object.
func (v AboveZero) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject implements validator.Object.
func (AboveZero) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	for name, value := range req.ConfigValue.Attributes() {
		text, ok := value.(types.String)
		if !ok || text.IsNull() || text.IsUnknown() {
			continue
		}
		if limit, err := time.ParseDuration(text.ValueString()); err == nil && limit <= 0 {
			resp.Diagnostics.AddAttributeError(req.Path.AtName(name), "Invalid time limit",
				fmt.Sprintf("%q leaves no time. A limit has to be above zero, such as \"45m\".", text.ValueString()))
		}
	}
}
