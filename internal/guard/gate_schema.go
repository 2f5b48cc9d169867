package guard

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// DefaultLookback is the default of the attribute lookback.
const DefaultLookback = 168 * time.Hour

const (
	// longestLookback is the retention period of admin activity audit logs
	// (https://cloud.google.com/logging/quotas#logs_retention_periods).
	longestLookback    = 400 * 24 * time.Hour
	defaultPodCreation = 50
)

// GateAttribute is the attribute enforcement_gate of a policy or a rule.
var GateAttribute = schema.SingleNestedAttribute{
	Optional: true,
	MarkdownDescription: "Require evidence from a dry run before enforcement. The gate checks plans that change a rule to enforcement, " +
		"from a dry run or from admitting everything, and destroys that leave an enforced rule. " +
		"The plan fails if the planned policy would refuse a pod admitted by a dry run in the `lookback` period, " +
		"if the rule had too few pods since its last change, or if the planned rule had no dry run. " +
		"The error lists the images with their workloads. The apply checks again before it writes. " +
		"Only existing attestations count, not attestations created in the same apply. " +
		"Absent means no gate.\n\nPermissions: `logging.logEntries.list` (role `roles/logging.viewer`) and `container.clusters.list` " +
		"(role `roles/container.clusterViewer`).",
	Attributes: map[string]schema.Attribute{
		"lookback": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Period of the audit log to read. Default `168h`, maximum `9600h`: " +
				"Google keeps this log for 400 days.",
			Validators: []validator.String{Lookback},
		},
		"min_pod_creations": schema.Int64Attribute{
			Optional: true, MarkdownDescription: "Required number of pods created in this period, on clusters with policy evaluation, " +
				"for each rule to be enforced. Pods of the first 10 minutes after a change of the policy do not count: clusters can " +
				"still use the earlier policy. Default `50`. `0` requires none.",
			Validators: []validator.Int64{int64validator.Between(0, gateEntries)},
		},
		"waive": schema.ListAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Patterns of images with accepted refusals, in the " +
				"form of `admission_whitelist_patterns`.",
			Validators: []validator.List{listvalidator.ValueStringsAre(imagePattern)},
		},
	},
}

// GateOf reads the attribute; nil if it is absent.
func GateOf(ctx context.Context, object types.Object, diags *diag.Diagnostics) *Gate {
	if object.IsNull() {
		return nil
	}
	gate := &Gate{MinPodCreations: defaultPodCreation}
	if object.IsUnknown() {
		gate.Unknown = true
		return gate
	}
	var m struct {
		Lookback        types.String `tfsdk:"lookback"`
		MinPodCreations types.Int64  `tfsdk:"min_pod_creations"`
		Waive           types.List   `tfsdk:"waive"`
	}
	diags.Append(object.As(ctx, &m, basetypes.ObjectAsOptions{})...)
	gate.Unknown = m.Lookback.IsUnknown() || m.MinPodCreations.IsUnknown() || m.Waive.IsUnknown()
	gate.Lookback = LookbackOf(m.Lookback)
	if !m.MinPodCreations.IsNull() {
		gate.MinPodCreations = int(m.MinPodCreations.ValueInt64())
	}
	for _, element := range m.Waive.Elements() {
		pattern, _ := element.(types.String)
		gate.Unknown = gate.Unknown || pattern.IsUnknown()
		gate.Waive = append(gate.Waive, pattern.ValueString())
	}
	return gate
}

const durationForm = `a duration of at most 400 days, such as "168h"`

// Lookback is a validator for a duration such as 168h.
var Lookback = lifecycle.Check("Invalid duration", durationForm, func(text string) error {
	if d, err := time.ParseDuration(text); err != nil || d <= 0 || d > longestLookback {
		return sentence(fmt.Errorf("%q is not %s", text, durationForm))
	}
	return nil
})

// LookbackOf is the duration in an attribute, DefaultLookback if absent.
func LookbackOf(text types.String) time.Duration {
	if d, err := time.ParseDuration(text.ValueString()); err == nil {
		return d
	}
	return DefaultLookback
}

// imagePattern is a validator for an allowlist pattern.
var imagePattern = lifecycle.Check("Invalid pattern", "a pattern of images", func(pattern string) error {
	return sentence(admission.CheckPattern(pattern))
})
