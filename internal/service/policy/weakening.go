package policy

import (
	"context"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// warnOfWeakening says what is certain to get weaker, and what is required and not there.
func (j judgement) warnOfWeakening(ctx context.Context, diags *diag.Diagnostics, now *gcp.Policy, after outlook) {
	j.warnOfMissing(ctx, diags, now, after.strict)
	for _, w := range admission.Weakenings(gcp.Rules(now), gcp.Rules(after.strict)) {
		diags.AddAttributeWarning(j.at(w.Path), lifecycle.About("Policy is weakened: "+w.Code, subject(j.project, w.Path)), w.Message)
	}
}

// warnOfMissing names attestors that the change begins to require and that are not there: the write would be refused. It is no error,
// as a plan does not see what is made outside of it before the apply.
func (j judgement) warnOfMissing(ctx context.Context, diags *diag.Diagnostics, now, after *gcp.Policy) {
	old, proof := requiredBy(now), newProof(ctx, j.clients)
	for attestor := range requiredBy(after) {
		if attestor != unknownAttestor && !old[attestor] && proof.missing(attestor) {
			diags.AddWarning(lifecycle.About("Attestor does not exist", attestor), "The policy requires "+attestor+", which is not there. The apply fails unless it is made first; if this configuration makes it, refer to its id.")
		}
	}
}

func requiredBy(p *gcp.Policy) map[string]bool {
	all := map[string]bool{}
	note := func(r *binaryauthorizationpb.AdmissionRule) {
		for _, attestor := range r.GetRequireAttestationsBy() {
			all[attestor] = true
		}
	}
	note(p.GetDefaultAdmissionRule())
	for _, rules := range (&content{}).ruleMaps(p) {
		for _, rule := range *rules.messages {
			note(rule)
		}
	}
	return all
}
