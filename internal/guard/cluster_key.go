package guard

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// ClusterKey takes a cluster as rules name it.
var ClusterKey validator.String = clusterKey{}

type clusterKey struct{}

func (clusterKey) Description(context.Context) string { return "location.cluster" }

func (k clusterKey) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

func (clusterKey) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := admission.CheckKey(admission.ScopeCluster, req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid cluster", err.Error()+".")
	}
}
