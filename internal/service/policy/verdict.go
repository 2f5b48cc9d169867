package policy

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
)

// verdict is a decision of the policy with its reason.
type verdict struct {
	Admitted   types.Bool   `tfsdk:"admitted"`
	WouldBlock types.Bool   `tfsdk:"would_block"`
	Rule       types.String `tfsdk:"rule"`
	Reason     types.String `tfsdk:"reason"`
}

// imageVerdict is the verdict on one image.
type imageVerdict struct {
	Image types.String `tfsdk:"image"`
	verdict
}

// evaluateAll are the verdicts on one or more requests, and the strictest of them.
func evaluateAll(p *gcp.Policy, requests []admission.Request, evidence judge.Evidence) (all []imageVerdict, least imageVerdict) {
	for i, r := range requests {
		one := imageVerdict{types.StringValue(r.Image), verdictOf(judge.Evaluate(p, r, evidence))}
		all = append(all, one)
		if i == 0 || one.admits() < least.admits() {
			least = one
		}
	}
	return all, least
}

func verdictOf(v admission.Verdict) verdict {
	return verdict{types.BoolValue(v.Admitted), types.BoolValue(v.WouldBlock), types.StringValue(v.Rule), types.StringValue(v.Reason)}
}

// degree is the degree of admission, from strict to lenient.
type degree int

const (
	denied degree = iota
	dryRunOnly
	admitted
)

// String is the value of the attribute expect for a degree.
func (d degree) String() string { return expectations[d] }

var expectations = []string{denied: "DENY", dryRunOnly: "DRY_RUN", admitted: "ADMIT"}

func (v verdict) admits() degree {
	switch {
	case !v.Admitted.ValueBool():
		return denied
	case v.WouldBlock.ValueBool():
		return dryRunOnly
	}
	return admitted
}
