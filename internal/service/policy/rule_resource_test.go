package policy_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const ruleAddress = "binauthz_policy_rule.it"

// ruleConfig is a rule; value has the form of a rule in a policy.
func ruleConfig(scope, value, more string) string {
	body := strings.NewReplacer("{", "", "}", "", ", ", "\n").Replace(value)
	if strings.Contains(value, "[") {
		open, end := strings.Index(value, "["), strings.Index(value, "]")
		body = strings.NewReplacer("{", "", "}", "", ", enforcement_mode", "\nenforcement_mode", ", require_attestations_by",
			"\nrequire_attestations_by").Replace(value[:open]) + value[open:end+1]
	}
	return "resource \"binauthz_policy_rule\" \"it\" {\n  scope = { " + scope + " }\n" + body + "\n" + more + "\n}\n"
}

func doesRule(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(ruleAddress, action)},
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

func TestPolicyRule(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	attestors(t, g, "built")
	edit(t, g, func(p *gcp.Policy) {
		p.AdmissionWhitelistPatterns = []*binaryauthorizationpb.AdmissionWhitelistPattern{{NamePattern: "gcr.io/theirs/*"}}
	})
	const dev = `cluster = "us-central1.dev"`
	g.Run(t,
		resource.TestStep{
			Config: ruleConfig(dev, deny, ""), ConfigPlanChecks: doesRule(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(ruleAddress, tfjsonpath.New("id"),
					knownvalue.StringExact("projects/demo/policy/cluster/us-central1.dev")),
				statecheck.ExpectIdentity(ruleAddress, map[string]knownvalue.Check{
					"project": knownvalue.StringExact("demo"), "rule": knownvalue.StringExact("cluster/us-central1.dev"),
				}),
			},
		},
		resource.TestStep{Config: ruleConfig(dev, require("built"), ""), ConfigPlanChecks: doesRule(plancheck.ResourceActionUpdate)},
		resource.TestStep{
			Config:           ruleConfig(dev, require("projects/demo/attestors/built"), ""),
			ConfigPlanChecks: doesRule(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			ResourceName:    ruleAddress,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:   "cluster/us-central1.dev",
		},
		resource.TestStep{ResourceName: ruleAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		resource.TestStep{ResourceName: ruleAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{
			Config:           ruleConfig(`cluster = "us-central1.test"`, deny, ""),
			ConfigPlanChecks: doesRule(plancheck.ResourceActionReplace),
		},
		resource.TestStep{ // drift: changed, then removed by others
			PreConfig: func() {
				edit(t, g, func(p *gcp.Policy) {
					p.ClusterAdmissionRules["us-central1.test"].EvaluationMode = binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW
				})
			},
			Config: ruleConfig(`cluster = "us-central1.test"`, deny, ""), ConfigPlanChecks: doesRule(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			PreConfig: func() {
				edit(t, g, func(p *gcp.Policy) { p.ClusterAdmissionRules = nil })
			},
			Config: ruleConfig(`cluster = "us-central1.test"`, deny, ""), ConfigPlanChecks: doesRule(plancheck.ResourceActionCreate),
		},
	)
	if p := now(t, g); len(p.GetClusterAdmissionRules()) != 0 || len(p.GetAdmissionWhitelistPatterns()) != 1 {
		t.Errorf("the destroy left %v", p)
	}
}

// TestPolicyDefaultRule: the default rule always exists: a create takes over Google's, and a
// destroy restores the earlier one.
func TestPolicyDefaultRule(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	g.Run(t, resource.TestStep{
		Config:           ruleConfig("default = true", dryRun, ""),
		ConfigPlanChecks: doesRule(plancheck.ResourceActionCreate),
	})
	if p := now(t, g); p.GetDefaultAdmissionRule().GetEvaluationMode() != binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW {
		t.Errorf("the destroy left %v", p.GetDefaultAdmissionRule())
	}
	edit(t, g, func(p *gcp.Policy) {
		p.DefaultAdmissionRule.EvaluationMode = binaryauthorizationpb.AdmissionRule_ALWAYS_DENY
	})
	g.Run(t,
		resource.TestStep{
			Config: ruleConfig("default = true", dryRun, ""),
			ExpectError: regexp.MustCompile(`(?s)Policy has the rule already.*import \{.*id = ` +
				`"projects/demo/policy/default".*ALWAYS_DENY.*adopt_existing`),
		},
		resource.TestStep{
			Config:           ruleConfig("default = true", dryRun, "adopt_existing = true"),
			ConfigPlanChecks: doesRule(plancheck.ResourceActionCreate),
		},
	)
	left := now(t, g).GetDefaultAdmissionRule()
	if left.GetEnforcementMode() != binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG {
		t.Errorf("the destroy left %v", left)
	}
}

func TestPolicyAllowlistPattern(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	edit(t, g, func(p *gcp.Policy) {
		p.AdmissionWhitelistPatterns = []*binaryauthorizationpb.AdmissionWhitelistPattern{{NamePattern: "gcr.io/theirs/*"}}
	})
	const it = "binauthz_policy_allowlist_pattern.it"
	pattern := func(text string) string {
		return fmt.Sprintf("resource \"binauthz_policy_allowlist_pattern\" \"it\" {\n  pattern = %q\n}\n", text)
	}
	g.Run(t,
		resource.TestStep{
			Config:      pattern("gcr.io/theirs/*"),
			ExpectError: regexp.MustCompile(`(?s)Policy has the pattern already.*import \{`),
		},
		resource.TestStep{
			Config:           pattern("gcr.io/ours/**"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{ResourceName: it, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
		resource.TestStep{
			ResourceName:    it,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:   "gcr.io/ours/**",
		},
		resource.TestStep{ResourceName: it, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{Config: pattern("gcr.io/*bad"), PlanOnly: true, ExpectError: regexp.MustCompile(`Invalid pattern`)},
		resource.TestStep{
			PreConfig: func() {
				edit(t, g, func(p *gcp.Policy) { p.AdmissionWhitelistPatterns = p.AdmissionWhitelistPatterns[:1] })
			},
			Config: pattern("gcr.io/ours/**"),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(it, plancheck.ResourceActionCreate)},
			},
		},
	)
	if p := now(t, g); len(p.GetAdmissionWhitelistPatterns()) != 1 ||
		p.GetAdmissionWhitelistPatterns()[0].GetNamePattern() != "gcr.io/theirs/*" {
		t.Errorf("the destroy left %v", p)
	}
}

// TestPolicyRulesOfOneApplyAreFewWrites: thirty rules of one apply are a handful of writes, and
// thirty refreshed rules one read.
func TestPolicyRulesOfOneApplyAreFewWrites(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, `
resource "binauthz_policy_rule" "all" {
  count            = 30
  scope            = { cluster = "us-central1.c${count.index}" }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY"
}
`)
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	if n := g.Calls("UpdatePolicy"); n > 5 {
		t.Errorf("30 rules made %d writes", n)
	} else {
		t.Logf("30 rules made %d writes and %d reads", n, g.Calls("GetPolicy"))
	}
	again := g.Fresh(t, cli)
	g.Emulator.ResetCalls()
	if out, code := again.Run(t, "plan", "-detailed-exitcode"); code != 0 {
		t.Fatalf("the second plan is not empty (%d): %s", code, out)
	}
	if n := g.AllCalls(); n != 1 {
		t.Errorf("a plan of 30 rules made %d calls: %v", n, g.Emulator.Calls())
	}
}

// TestPolicyOwnedTwice: the plan warns of a policy owned whole and in parts by one configuration.
func TestPolicyOwnedTwice(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, config(allow, "")+ruleConfig(`cluster = "us-central1.dev"`, deny, ""))
	if out, _ := cli.Run(t, "plan"); !strings.Contains(out, "Policy is owned twice") {
		t.Errorf("the plan does not say so: %s", out)
	}
}

// TestPolicyRuleScope: a scope has exactly one attribute.
func TestPolicyRuleScope(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	for _, scope := range []string{"", `default = true, cluster = "us-central1.a"`, "default = false"} {
		g.Run(t, resource.TestStep{
			Config:      ruleConfig(scope, deny, ""),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)Invalid scope|default.*true`),
		})
	}
	g.Run(t, resource.TestStep{
		Config:      ruleConfig(`cluster = "nolocation"`, deny, ""),
		PlanOnly:    true,
		ExpectError: regexp.MustCompile(`Invalid rule`),
	})
}

// TestPolicyRulesThatAreRefusedFailAlone: one rule refused by the service does not fail the other
// rules of the same write.
func TestPolicyRulesThatAreRefusedFailAlone(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, ruleConfig(`cluster = "us-central1.good"`, dryRun,
		"")+strings.Replace(ruleConfig(`cluster = "us-central1.bad"`, require("projects/demo/attestors/none"), ""), `"it"`, `"bad"`, 1))
	out, code := cli.Run(t, "apply", "-auto-approve")
	if code == 0 || strings.Count(out, "Cannot create policy rule") != 1 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	if rules := now(t, g).GetClusterAdmissionRules(); len(rules) != 1 || rules["us-central1.good"] == nil {
		t.Errorf("the policy has %v", rules)
	}
}

// TestPolicyPartsReplacedAreJudged: a replacement is judged by its effect: the old part is removed,
// the new one added.
func TestPolicyPartsReplacedAreJudged(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	pattern := func(text string) string {
		return fmt.Sprintf("resource \"binauthz_policy_allowlist_pattern\" \"it\" {\n  pattern = %q\n}\n", text)
	}
	cli := g.CLI(t, ruleConfig(`cluster = "us-central1.a"`, deny, "")+pattern("gcr.io/acme/*"))
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	cli.Write(t, ruleConfig(`cluster = "us-central1.b"`, deny, "")+pattern("gcr.io/**"))
	out, _ := cli.Run(t, "plan")
	for _, code := range []string{"RULE_REMOVED", "PATTERN_WIDENED"} {
		if !strings.Contains(out, code) {
			t.Errorf("%s is not warned of: %s", code, out)
		}
	}
}

// TestPolicyAttestorTwice: one attestor under both of its names is refused, also if only the plan
// knows the project of the short name.
func TestPolicyAttestorTwice(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	twice := require("built", "projects/demo/attestors/built")
	for _, config := range []string{
		config(twice, ""), ruleConfig("default = true", twice, ""),
		ruleConfig(`cluster = "us-central1.a"`, twice, ""),
	} {
		says(t, g.CLI(t, config), aPlan, false, `The attestor "projects/demo/attestors/built" is listed twice.`)
	}
	// A name known only in the apply is checked by Terraform's plan before the create.
	attestors(t, g, "built")
	cli := g.CLI(t, later("projects/demo/attestors/built")+isLater(config(require("built", "X"), ""), "X"))
	says(t, cli, anApply, false, "is listed twice")
	if n := g.Calls("UpdatePolicy"); n != 0 {
		t.Errorf("the policy was written %d times", n)
	}
}

// TestPolicyTakesOverGooglesDefault: a create takes over Google's default without a warning.
func TestPolicyTakesOverGooglesDefault(t *testing.T) {
	t.Parallel()
	const told = "Create overwrites an existing object"
	for name, config := range map[string]string{
		"whole": config(dryRun, "adopt_existing = true"), "rule": ruleConfig("default = true", dryRun, "adopt_existing = true"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			says(t, g.CLI(t, config), aPlan, true, "!"+told)
			edit(t, g, func(p *gcp.Policy) {
				p.DefaultAdmissionRule.EvaluationMode = binaryauthorizationpb.AdmissionRule_ALWAYS_DENY
			})
			says(t, g.CLI(t, config), aPlan, true, "Warning: "+told+" (projects/demo/policy")
		})
	}
}
