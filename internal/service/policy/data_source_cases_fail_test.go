package policy_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const threeCases = `[
	{ name = "in prod", image = "` + web + `", expect = "ADMIT", cluster = "us-central1.prod" },
	{ name = "anywhere", image = "` + web + `", expect = "DENY" },
	{ image = "` + web + `", expect = "ADMIT", cluster = "us-central1.test" },
]`

const denies = `policy = {
	default_admission_rule  = ` + deny + `
	cluster_admission_rules = { "us-central1.test" = ` + dryRun + ` }
}
`

// TestCasesThatFail: the error lists every failed case, and no others.
func TestCasesThatFail(t *testing.T) {
	t.Parallel()
	out := (&acctest.Ground{}).CLI(t, cases(threeCases, denies)).Fails(t, "Admission cases fail", "plan")
	_, shown, _ := strings.Cut(out, "2 of 3 cases fail with the given policy:")
	const want = `

  cases[0] "in prod", us-docker.pkg.dev/acme/app/web: expected ADMIT, got DENY
    Image us-docker.pkg.dev/acme/app/web denied by Binary Authorization default admission rule. Denied by always_deny admission rule
  cases[2], us-docker.pkg.dev/acme/app/web: expected ADMIT, got DRY_RUN
    admitted by a dry run only: Image us-docker.pkg.dev/acme/app/web denied by Binary Authorization cluster ` +
		`admission rule for us-central1.test. Denied by always_deny admission rule

Correct the policy`
	if !strings.HasPrefix(shown, want) {
		t.Errorf("%s\nwant\n%s", shown, want)
	}
	told := known(theCases, map[string]knownvalue.Check{
		"passed": knownvalue.Bool(false),
		"results": knownvalue.ListPartial(map[int]knownvalue.Check{
			0: knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"passed": knownvalue.Bool(false), "expect": text("ADMIT"), "got": text("DENY"),
			}),
			1: knownvalue.ObjectPartial(map[string]knownvalue.Check{"passed": knownvalue.Bool(true)}),
		}),
	})
	(&acctest.Ground{}).Run(t, resource.TestStep{Config: cases(threeCases, denies+"fail = false"), ConfigStateChecks: told})
}

// planned passes the policy of the configuration through a local value: Terraform then reads the
// data source in the plan.
const planned = "policy = local.policy\n"

const planning = "locals {\n  policy = binauthz_policy.it\n}\n"

// TestCasesOfThePlannedPolicy: a case met by the current policy and failed by the planned one stops
// the plan before any write.
func TestCasesOfThePlannedPolicy(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	test := planning + cases(`[{ image = "`+web+`", expect = "ADMIT", cluster = "us-central1.prod" }]`, planned)
	cli := g.CLI(t, config(allow, "")+test)
	acctest.Says(t, cli.Succeeds(t, "apply", "-auto-approve"), "1 added", "!read during apply")
	acctest.Says(t, cli.Succeeds(t, "plan", "-detailed-exitcode"), "No changes")

	cli.Write(t, config(deny, "")+test)
	cli.Fails(t, "expected ADMIT, got DENY", "plan")
	cli.Fails(t, "expected ADMIT, got DENY", "apply", "-auto-approve")
	if n := g.Calls("UpdatePolicy"); n != 1 {
		t.Errorf("%d writes", n)
	}
	cli.Write(t, config(deny, "admission_whitelist_patterns = [\""+web+"\"]")+test)
	cli.Succeeds(t, "apply", "-auto-approve")
}

// TestCasesInACheck: in a check block, a failed case is a warning, and the apply continues.
func TestCasesInACheck(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	check := "check \"policy\" {\n" + cases(threeCases, planned) +
		"  assert {\n    condition = " + theCases + ".passed\n    error_message = \"failed\"\n  }\n}\n"
	cli := g.CLI(t, config(deny, "")+planning+check)
	for _, args := range [][]string{{"plan"}, {"apply", "-auto-approve"}} {
		acctest.Says(t, cli.Succeeds(t, args...), "Warning: Admission cases fail", "2 of 3 cases fail", "!Error:")
	}
	if now(t, g).GetDefaultAdmissionRule().GetEvaluationMode().String() != "ALWAYS_DENY" {
		t.Error("the apply did not go on")
	}
}

// TestCasesInTerraformTest: a run of a test file fails with its cases, planned or applied.
func TestCasesInTerraformTest(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	test := planning + cases(`[{ image = "`+web+`", expect = "ADMIT", cluster = "us-central1.prod" }]`, planned)
	rule := "{ evaluation_mode = var.mode, enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\" }"
	cli := g.CLI(t, "variable \"mode\" {\n  default = \"ALWAYS_ALLOW\"\n}\n"+config(rule, "")+test)
	run := func(name, command, mode string) string {
		return "run \"" + name + "\" {\n  command = " + command + "\n  variables {\n    mode = \"" + mode + "\"\n  }\n}\n"
	}
	const provider = "provider \"binauthz\" {}\n"
	cli.WriteFile(t, "it.tftest.hcl", provider+run("planned", "plan", "ALWAYS_ALLOW")+run("applied", "apply", "ALWAYS_ALLOW"))
	acctest.Says(t, cli.Succeeds(t, "test"), "2 passed, 0 failed")
	for _, command := range []string{"plan", "apply"} {
		cli.WriteFile(t, "it.tftest.hcl", provider+run("refused", command, "ALWAYS_DENY"))
		acctest.Says(t, cli.Fails(t, "0 passed, 1 failed", "test"), "Admission cases fail", "expected ADMIT, got DENY")
	}
}

// TestCasesValidate: errors of the schema are reported before a plan.
func TestCasesValidate(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	const on = "policy = {\n global_policy_evaluation_mode = \"ON\""
	one := `[{ image = "a", expect = "DENY" }]`
	for want, config := range map[string]string{
		"at least 1 elements":                            cases("[]", denies),
		"cases[0].expect":                                cases(strings.Replace(one, "DENY", "REFUSE", 1), denies),
		"policy.default_admission_rule.evaluation_mode":  cases(one, strings.Replace(denies, "ALWAYS_DENY", "NEVER", 1)),
		`attribute "default_admission_rule" is required`: cases(one, "policy = {}"),
		"policy.global_policy_evaluation_mode":           cases(one, strings.Replace(denies, "policy = {", on, 1)),
	} {
		g.CLI(t, config).Fails(t, want, "validate")
	}
}
