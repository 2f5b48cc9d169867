package clusterop

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// DefaultTimeout leaves room for an upgrade of the control plane to finish first.
const DefaultTimeout = 45 * time.Minute

// Limits are the time limits of a resource. The framework takes any duration; one that is over before it begins would only
// be noticed by the call that it ends. updates says that the resource has updates that take time.
func Limits(updates bool) schema.Block {
	block := timeouts.Block(context.Background(), timeouts.Opts{
		Create: true, Read: true, Update: updates, Delete: true,
		CreateDescription: "How long to wait for the cluster and its operation; default `45m`.",
		ReadDescription:   "How long to wait for an operation that an interrupted apply left; default `45m`.",
		UpdateDescription: "How long to wait for the cluster and its operation; default `45m`.",
		DeleteDescription: "How long to wait for the cluster and its operation; default `45m`.",
	})
	if nested, ok := block.(schema.SingleNestedBlock); ok {
		nested.Validators = append(nested.Validators, aboveZero{})
		return nested
	}
	return block
}

// aboveZero refuses durations of no time.
type aboveZero struct{}

func (aboveZero) Description(context.Context) string               { return "durations must be above zero" }
func (v aboveZero) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (aboveZero) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
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
