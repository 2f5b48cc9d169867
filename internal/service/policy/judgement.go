package policy

import (
	"fmt"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// judgement is what a plan says of the policy it leads to.
type judgement struct {
	diags   *diag.Diagnostics
	proof   *proof
	project string
	// at is where the user wrote what an admission path names.
	at func(admission.Path) path.Path
	// acknowledged says that the user wants what looks like a lock-out.
	acknowledged bool
	requirements []requirement
}

// judge refuses what would lock somebody out or refuse an image that must be admitted, and warns of what gets weaker.
// What was wrong before the change is not this plan's doing.
func (j judgement) judge(now, after *gcp.Policy) {
	before, rules := rulesOf(now), rulesOf(after)
	if !j.acknowledged {
		j.refuseLockouts(before, rules)
	}
	j.warnOfMissing(now, after)
	for _, w := range admission.Weakenings(before, rules) {
		j.diags.AddAttributeWarning(j.at(w.Path), "Policy is weakened: "+w.Code, w.Message)
	}
	for _, must := range j.requirements {
		if err := must.request.Check(); err != nil {
			j.diags.AddAttributeError(must.path, "Invalid requirement", err.Error())
			continue
		}
		verdict := rules.Evaluate(must.request, j.proof.system(rules, must.request), j.proof)
		if !verdict.Admitted {
			j.diags.AddAttributeError(must.path, "Policy refuses an image that it must admit",
				fmt.Sprintf("projects/%s/policy would refuse %s by %s: %s", j.project, must.request.Image, verdict.Rule, verdict.Reason))
		}
	}
}

// warnOfMissing names attestors that the change begins to require and that are not there: the write would be refused. It is no error,
// as a plan does not see what is made outside of it before the apply.
func (j judgement) warnOfMissing(now, after *gcp.Policy) {
	old := requiredBy(now)
	for attestor := range requiredBy(after) {
		if !old[attestor] && j.proof.missing(attestor) {
			j.diags.AddWarning("Attestor does not exist", "The policy requires "+attestor+", which is not there. The apply fails unless it is made first; if this configuration makes it, refer to its id.")
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

func (j judgement) refuseLockouts(before, rules admission.Policy) {
	old := map[string]bool{}
	for _, lockout := range admission.Lockouts(before, j.proof.keys) {
		old[lockout.Code+lockout.Message] = true
	}
	for _, lockout := range admission.Lockouts(rules, j.proof.keys) {
		if !old[lockout.Code+lockout.Message] {
			j.diags.AddAttributeError(j.at(lockout.Path), "Policy locks out: "+lockout.Code, lockout.Message+"\n\nIf that is what you want, set acknowledge_lockout = true.")
		}
	}
}
