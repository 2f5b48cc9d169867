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

// DefaultLookback is how far back the audit log is read if nothing is said.
const DefaultLookback = 168 * time.Hour

const (
	// longestLookback is how long Google keeps the audit log of what is written (https://cloud.google.com/logging/quotas#logs_retention_periods).
	longestLookback    = 400 * 24 * time.Hour
	defaultPodCreation = 50
)

// GateAttribute is the attribute enforcement_gate of a policy or a rule.
var GateAttribute = schema.SingleNestedAttribute{
	Optional: true,
	MarkdownDescription: "Refuse to enforce without evidence. A plan that turns a rule from a dry run, or from admitting everything, to enforcement fails as long as " +
		"the audit log shows pods in `lookback` that a dry run let pass and that the planned policy would refuse now, or too few pods that it has judged since it is as it is, or if no dry run has tried what is to be enforced. A destroy that leaves something enforced counts as such a plan. " +
		"The error lists the images with their workloads. The apply looks again before it writes. Attestations have to exist: those that the same run makes do not count. " +
		"Absent: no gate.\n\nPermissions: `logging.logEntries.list` (role `roles/logging.viewer`) and `container.clusters.list` (role `roles/container.clusterViewer`).",
	Attributes: map[string]schema.Attribute{
		"lookback": schema.StringAttribute{
			Optional: true, MarkdownDescription: "How far back the audit log counts, such as `168h`, which is the default. At most 9600h: Google keeps that log for 400 days.",
			Validators: []validator.String{Lookback},
		},
		"min_pod_creations": schema.Int64Attribute{
			Optional: true, MarkdownDescription: "How many pods have to have been created in that time for each rule that is to be enforced, on clusters that evaluate the policy. Default `50`; `0` asks for none.",
			Validators: []validator.Int64{int64validator.Between(0, gateEntries)},
		},
		"waive": schema.ListAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Patterns of images that may be refused, in the form of `admission_whitelist_patterns`.",
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

// Lookback takes a time such as 168h.
var Lookback = lifecycle.Check("Invalid duration", durationForm, func(text string) error {
	if d, err := time.ParseDuration(text); err != nil || d <= 0 || d > longestLookback {
		return sentence(fmt.Errorf("%q is not %s", text, durationForm))
	}
	return nil
})

// LookbackOf is how far back an attribute says, DefaultLookback if it says nothing.
func LookbackOf(text types.String) time.Duration {
	if d, err := time.ParseDuration(text.ValueString()); err == nil {
		return d
	}
	return DefaultLookback
}

// imagePattern takes a pattern of images.
var imagePattern = lifecycle.Check("Invalid pattern", "a pattern of images", func(pattern string) error {
	return sentence(admission.CheckPattern(pattern))
})
