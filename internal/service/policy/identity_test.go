package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
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

const (
	withPrefix = "spiffe://d/ns/n/sa/s"
	noPrefix   = "d/ns/n/sa/s"
)

func identityRule(key, value, more string) string {
	return ruleConfig(`istio_service_identity = "`+key+`"`, value, more)
}

// TestRuleOfAnIdentityAsTheServiceReturnsIt: the same for a rule with its own resource, also for
// its destroy. Another spelling of its identity is the same rule: it is never replaced.
func TestRuleOfAnIdentityAsTheServiceReturnsIt(t *testing.T) {
	t.Parallel()
	for what, strip := range map[string]bool{"stripped": true, "kept": false} {
		for order, first := range map[string]string{"default order": "false", "create before destroy": "true"} {
			t.Run(what+", "+order, func(t *testing.T) {
				t.Parallel()
				g := acctest.NewEmulated(t, emulator.Options{})
				g.Emulator.Binauthz().StripSPIFFE = strip
				more := "adopt_existing = true\nlifecycle {\n  create_before_destroy = " + first + "\n}"
				step := func(key, value string, action plancheck.ResourceActionType) resource.TestStep {
					return resource.TestStep{
						Config: identityRule(key, value, more), ConfigPlanChecks: doesRule(action),
						Check: func(*terraform.State) error {
							if left := now(t, g).GetIstioServiceIdentityAdmissionRules(); len(left) != 1 {
								return fmt.Errorf("the policy has %v", left)
							}
							return nil
						},
						ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentity(ruleAddress, map[string]knownvalue.Check{
							"project": knownvalue.StringExact("demo"), "rule": knownvalue.StringExact("istio_service_identity/" + noPrefix),
						})},
					}
				}
				g.Run(t,
					step(withPrefix, dryRun, plancheck.ResourceActionCreate),
					step(withPrefix, deny, plancheck.ResourceActionUpdate),
					step(noPrefix, deny, plancheck.ResourceActionNoop),
					step(noPrefix, dryRun, plancheck.ResourceActionUpdate),
					step(withPrefix, dryRun, plancheck.ResourceActionNoop),
				)
				if left := now(t, g).GetIstioServiceIdentityAdmissionRules(); len(left) > 0 {
					t.Errorf("the destroy left %v", left)
				}
			})
		}
	}
}

// TestRuleOfAnIdentityKnownLater: the apply finds another spelling of the same identity in a scope
// that the plan did not know. The destroy of the earlier resource leaves the rule.
func TestRuleOfAnIdentityKnownLater(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	const more = "adopt_existing = true\nlifecycle {\n  create_before_destroy = true\n}"
	cli := g.CLI(t, identityRule(withPrefix, deny, more))
	says(t, cli, anApply, true)
	cli.Write(t, later(noPrefix)+isLater(identityRule(noPrefix, deny, more), noPrefix))
	says(t, g.Fresh(t, cli), anApply, false, "Cannot delete policy rule", "Nothing was deleted")
	if left := now(t, g).GetIstioServiceIdentityAdmissionRules(); len(left) != 1 {
		t.Errorf("the policy has %v", left)
	}
}

// TestRuleOfAnIdentityIsImported: an import accepts both spellings, and the configuration may have
// either.
func TestRuleOfAnIdentityIsImported(t *testing.T) {
	t.Parallel()
	const policy = "projects/demo/policy/istio_service_identity/"
	for _, config := range []string{withPrefix, noPrefix} {
		for _, imported := range []string{withPrefix, noPrefix} {
			t.Run(config+" as "+imported, func(t *testing.T) {
				t.Parallel()
				g := acctest.NewEmulated(t, emulator.Options{})
				edit(t, g, denyIdentity)
				cli := g.CLI(t, identityRule(config, deny, "")+
					"import {\n  to = binauthz_policy_rule.it\n  id = \""+policy+imported+"\"\n}\n")
				says(t, cli, anApply, true, "1 imported, 0 added, 0 changed, 0 destroyed")
				says(t, g.Fresh(t, cli), []string{"state", "show", ruleAddress}, true, `"`+policy+noPrefix+`"`,
					`istio_service_identity = "`+withPrefix+`"`)
				says(t, g.Fresh(t, cli), append(aPlan, "-detailed-exitcode"), true)
			})
		}
	}
}

// TestRuleOfAnIdentityIsImportedByIdentity: the rule of an import by identity has both spellings
// too.
func TestRuleOfAnIdentityIsImportedByIdentity(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	for _, imported := range []string{withPrefix, noPrefix} {
		t.Run(imported, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			edit(t, g, denyIdentity)
			cli := g.CLI(t, identityRule(noPrefix, deny, "")+"import {\n  to = binauthz_policy_rule.it\n"+
				"  identity = {\n    rule = \"istio_service_identity/"+imported+"\"\n  }\n}\n")
			says(t, cli, anApply, true, "1 imported, 0 added, 0 changed, 0 destroyed")
			says(t, g.Fresh(t, cli), append(aPlan, "-detailed-exitcode"), true)
		})
	}
}

// denyIdentity adds a rule written by others.
func denyIdentity(p *gcp.Policy) {
	p.IstioServiceIdentityAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{withPrefix: {
		EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_DENY,
		EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
	}}
}

// TestRuleOfAnIdentityInTwoResources: two resources with both spellings have one rule. Their
// conflicts are found as those of one spelling.
func TestRuleOfAnIdentityInTwoResources(t *testing.T) {
	t.Parallel()
	const adopt = "adopt_existing = true"
	named := func(name, config string) string { return strings.Replace(config, `"it"`, `"`+name+`"`, 1) }
	one, other := identityRule(withPrefix, deny, adopt), named("other", identityRule(noPrefix, deny, adopt))
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, one)
	says(t, cli, anApply, true)
	cli.Write(t, other)
	says(t, g.Fresh(t, cli), aPlan, false, renamed)
	cli.Write(t, one+other)
	says(t, g.Fresh(t, cli), aPlan, false, "would be destroyed and recreated")
	cli.Write(t, one+other+"import {\n  to = binauthz_policy_rule.other\n"+
		"  id = \"projects/demo/policy/istio_service_identity/"+noPrefix+"\"\n}\n")
	says(t, g.Fresh(t, cli), anApply, true, "Warning: Policy is owned twice")
	cli.Write(t, other)
	says(t, g.Fresh(t, cli), anApply, false, "Policy would be lost")
	if left := now(t, g).GetIstioServiceIdentityAdmissionRules(); len(left) != 1 {
		t.Errorf("the policy has %v", left)
	}
}

// TestNeedsOfARuleOfAnIdentity: needs has an identity in either spelling.
func TestNeedsOfARuleOfAnIdentity(t *testing.T) {
	t.Parallel()
	const missing = "missing ids in needs"
	for _, key := range []string{withPrefix, noPrefix} {
		for _, needed := range []string{withPrefix, noPrefix} {
			t.Run(key+" as "+needed, func(t *testing.T) {
				t.Parallel()
				g := acctest.NewEmulated(t, emulator.Options{})
				needs := "needs = [\"projects/demo/policy/istio_service_identity/" + needed + "\"]\ndepends_on = [binauthz_policy_rule.it]"
				needy := strings.Replace(identityRule("d/ns/n/sa/t", deny, needs), `"it"`, `"needy"`, 1)
				pattern := allowlist("needy", "gcr.io/acme/*", needs)
				says(t, g.CLI(t, identityRule(key, deny, "")+needy+pattern), aPlan, true, "!"+missing)
				says(t, g.CLI(t, identityRule(key, deny, strings.Split(needs, "\n")[0])), aPlan, false, "cannot need itself")
			})
		}
	}
}
