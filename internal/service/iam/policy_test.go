package iam_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const policyAddress = "binauthz_attestor_iam_policy.it"

func policy(bindings string) string {
	return on("binauthz_attestor_iam_policy", fmt.Sprintf("  policy_data = jsonencode({ bindings = [%s] })", bindings))
}

func of(role string, members ...string) string {
	return fmt.Sprintf("{ role = %q, members = %s },", role, list(members))
}

// TestPolicy: a policy owns the whole allow policy. Its destroy restores the earlier one.
func TestPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	object := w.attestor.String()
	w.Run(t,
		resource.TestStep{Config: w.config("")},
		resource.TestStep{
			PreConfig:        w.change(object, func(p *gcp.AllowPolicy) { allowpolicy.Add(p, grant(viewer, stranger)) }),
			Config:           w.config(policy(of(viewer, jane))),
			ConfigPlanChecks: does(policyAddress, plancheck.ResourceActionCreate, takesOver(policyAddress, viewer+": "+stranger)),
			Check:            w.has(object, viewer+": "+jane),
		},
		resource.TestStep{
			ResourceName:            policyAddress,
			ImportState:             true,
			ImportStateKind:         resource.ImportCommandWithID,
			ImportStateId:           object,
			ImportStateVerify:       true,
			ImportStateVerifyIgnore: []string{"takes_over"},
		},
		resource.TestStep{ResourceName: policyAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{
			Config:           w.config(policy(of(viewer) + of(viewer, "domain:JANE.example.com"))),
			ConfigPlanChecks: does(policyAddress, plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config:           w.config(policy(of(verifier, joe) + of(viewer, jane))),
			ConfigPlanChecks: does(policyAddress, plancheck.ResourceActionUpdate),
			Check:            w.has(object, verifier+": "+joe+"; "+viewer+": "+jane),
		},
		resource.TestStep{
			PreConfig:        w.change(object, func(p *gcp.AllowPolicy) { allowpolicy.Add(p, grant(viewer, stranger)) }),
			Config:           w.config(policy(of(verifier, joe) + of(viewer, jane))),
			ConfigPlanChecks: does(policyAddress, plancheck.ResourceActionUpdate),
			Check:            w.has(object, verifier+": "+joe+"; "+viewer+": "+jane),
		},
		resource.TestStep{Config: w.config(""), Check: w.has(object, viewer+": "+stranger)},
	)
}

// TestPolicyStopsAtAChange: an update, a destroy and a create do not overwrite a change made
// elsewhere since the plan.
func TestPolicyStopsAtAChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	object := w.attestor.String()
	changes := func() { w.change(object, func(p *gcp.AllowPolicy) { allowpolicy.Add(p, grant(verifier, stranger)) })() }
	changesBack := func() {
		w.change(object, func(p *gcp.AllowPolicy) { allowpolicy.Remove(p, grant(verifier, stranger)) })()
	}
	holds := func(want string) {
		t.Helper()
		if err := w.has(object, want)(&terraform.State{}); err != nil {
			t.Error(err)
		}
	}
	cli := w.CLI(t, w.config(""))
	cli.Succeeds(t, "apply", "-auto-approve")

	cli.Write(t, w.config(policy(of(viewer, jane))))
	cli.Succeeds(t, "plan", "-out=it")
	changes()
	cli.Fails(t, "inconsistent final plan", "apply", "it")
	holds(verifier + ": " + stranger)
	changesBack()
	cli.Succeeds(t, "apply", "-auto-approve")

	cli.Write(t, w.config(policy(of(viewer, joe))))
	cli.Succeeds(t, "plan", "-out=it")
	changes()
	cli.Fails(t, stranger+" has "+verifier+" now", "apply", "it")
	changesBack()
	cli.Succeeds(t, "plan", "-out=it")
	changes()
	changesBack() // the same contents, but somebody has written
	cli.Fails(t, "written again with the same contents", "apply", "it")
	cli.Succeeds(t, "apply", "-auto-approve")
	holds(viewer + ": " + joe)

	cli.Succeeds(t, "plan", "-destroy", "-out=it", "-target="+policyAddress)
	changes()
	cli.Fails(t, "has changed since the plan", "apply", "it")
	holds(verifier + ": " + stranger + "; " + viewer + ": " + joe)
}
