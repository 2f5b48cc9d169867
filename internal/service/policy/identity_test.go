package policy_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestPolicyIdentitiesAsTheServiceReturnsThem: for both forms of an identity returned by the
// service, the plan after an apply is empty, and both forms are one key.
func TestPolicyIdentitiesAsTheServiceReturnsThem(t *testing.T) {
	t.Parallel()
	for what, strip := range map[string]bool{"stripped": true, "kept": false} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			g.Emulator.Binauthz().StripSPIFFE = strip
			rules := func(key, value string) string {
				return config(allow, `istio_service_identity_admission_rules = { "`+key+`" = `+value+` }`)
			}
			g.Run(t,
				resource.TestStep{Config: rules("spiffe://d/ns/n/sa/s", deny), ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
				resource.TestStep{Config: rules("d/ns/n/sa/s", deny), ConfigPlanChecks: does(plancheck.ResourceActionNoop)},
				resource.TestStep{Config: rules("d/ns/n/sa/s", dryRun), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
				resource.TestStep{Config: rules("spiffe://d/ns/n/sa/s", dryRun), ConfigPlanChecks: does(plancheck.ResourceActionNoop)},
			)
		})
	}
}

// TestRuleOfAnIdentityAsTheServiceReturnsIt: the same for a rule with its own resource, also for
// its destroy.
func TestRuleOfAnIdentityAsTheServiceReturnsIt(t *testing.T) {
	t.Parallel()
	for what, strip := range map[string]bool{"stripped": true, "kept": false} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			g.Emulator.Binauthz().StripSPIFFE = strip
			g.Run(t,
				resource.TestStep{Config: ruleConfig(`istio_service_identity = "spiffe://d/ns/n/sa/s"`, dryRun, "")},
				resource.TestStep{Config: ruleConfig(`istio_service_identity = "spiffe://d/ns/n/sa/s"`, deny, "")},
			)
			if left := now(t, g).GetIstioServiceIdentityAdmissionRules(); len(left) > 0 {
				t.Errorf("the destroy left %v", left)
			}
		})
	}
}
