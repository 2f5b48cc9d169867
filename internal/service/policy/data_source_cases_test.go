package policy_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const theCases = "data.binauthz_admission_cases.it"

// cases is a test of a policy; more holds its other attributes, such as the policy.
func cases(list, more string) string {
	return "data \"binauthz_admission_cases\" \"it\" {\n  cases = " + list + "\n" + more + "\n}\n"
}

// manyRules is a policy without a project.
const manyRules = `policy = {
	admission_whitelist_patterns = ["us-docker.pkg.dev/acme/base/**"]
	default_admission_rule       = { evaluation_mode = "REQUIRE_ATTESTATION", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG",
		require_attestations_by = ["projects/other/attestors/built", "projects/other/attestors/scanned"] }
	cluster_admission_rules      = { "us-central1.dev" = ` + allow + `, "us-central1.test" = ` + dryRun + ` }
}`

const manyCases = `yamldecode(<<-EOT
	- name: base
	  image: us-docker.pkg.dev/acme/base/nginx:1
	  expect: ADMIT
	- image: us-docker.pkg.dev/acme/app/web
	  cluster: us-central1.dev
	  expect: ADMIT
	- image: us-docker.pkg.dev/acme/app/web
	  cluster: us-central1.test
	  expect: DRY_RUN
	- image: us-docker.pkg.dev/acme/app/web` + digest + `
	  cluster: us-central1.prod
	  attested_by: [projects/other/attestors/built, projects/other/attestors/scanned, projects/other/attestors/more]
	  expect: ADMIT
	- image: us-docker.pkg.dev/acme/app/web` + digest + `
	  cluster: us-central1.prod
	  attested_by: [projects/other/attestors/built]
	  expect: DENY
	- image: us-docker.pkg.dev/acme/app/web:v1
	  cluster: us-central1.prod
	  attested_by: [projects/other/attestors/built, projects/other/attestors/scanned]
	  expect: DENY
	- name: two images
	  manifest: |
	    apiVersion: apps/v1
	    kind: Deployment
	    metadata: { name: web, namespace: shop }
	    spec:
	      template:
	        spec:
	          initContainers: [{ name: wait, image: "us-docker.pkg.dev/acme/base/wait:1" }]
	          containers: [{ name: main, image: "us-docker.pkg.dev/acme/app/main" }]
	  cluster: us-central1.prod
	  expect: DENY
	EOT
)`

func result(name knownvalue.Check, image, got, rule, reason string) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"name": name, "image": text(image), "expect": text(got), "got": text(got), "rule": text(rule), "passed": knownvalue.Bool(true),
		"reason": knownvalue.StringRegexp(regexp.MustCompile(reason)),
	})
}

// TestCasesOfAGivenPolicy: without a project, an account or an emulator: a given policy decides
// with the attestors in the cases.
func TestCasesOfAGivenPolicy(t *testing.T) {
	t.Parallel()
	const rule, test = "default_admission_rule", `cluster_admission_rules["us-central1.test"]`
	none := knownvalue.Null()
	told := known(theCases, map[string]knownvalue.Check{
		"id": text("policy"), "project": none, "passed": knownvalue.Bool(true),
		"results": knownvalue.ListExact([]knownvalue.Check{
			result(text("base"), "us-docker.pkg.dev/acme/base/nginx:1", "ADMIT", "admission_whitelist_patterns[0]", `allowlist`),
			result(none, web, "ADMIT", `cluster_admission_rules["us-central1.dev"]`, `is met$`),
			result(none, web, "DRY_RUN", test, `^admitted by a dry run only: .*always_deny`),
			result(none, web+digest, "ADMIT", rule, `is met$`),
			result(none, web+digest, "DENY", rule, `attestors/scanned: No att.* \(the attestor is not in attested_by of the case\)$`),
			result(none, web+":v1", "DENY", rule, `attestors/built: Expected digest.*attestors/scanned: Expected digest`),
			result(text("two images"), "us-docker.pkg.dev/acme/app/main", "DENY", rule, `Expected digest`),
		}),
	})
	(&acctest.Ground{}).Run(t, resource.TestStep{Config: cases(manyCases, manyRules), ConfigStateChecks: told})
}

// TestCasesMakeNoCall: a given policy makes no call, even with attestors and the system policy
// available.
func TestCasesMakeNoCall(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	attestors(t, g, "built")
	before := g.AllCalls()
	list := `[
		{ image = "` + web + digest + `", expect = "ADMIT", attested_by = ["built"] },
		{ image = "` + web + digest + `", expect = "ADMIT", attested_by = ["demo/built"] },
		{ image = "gke.gcr.io/calico/node:v3", expect = "DENY", attested_by = [] },
	]`
	policy := `policy = { global_policy_evaluation_mode = "ENABLE", default_admission_rule = ` + require("built") + ` }`
	g.Run(t, resource.TestStep{Config: cases(list, policy), ConfigStateChecks: known(theCases, map[string]knownvalue.Check{
		"id": text("projects/demo/policy"), "project": text("demo"),
		"results": knownvalue.ListPartial(map[int]knownvalue.Check{2: knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"reason": knownvalue.StringRegexp(regexp.MustCompile(`Google's system policy could exempt the image but is unknown`)),
		})}),
	})})
	if after := g.AllCalls(); after != before {
		t.Errorf("%d calls", after-before)
	}
}

// TestCasesProject: a short name of an attestor is in the project of the policy, for every source
// of the project.
func TestCasesProject(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	list := func(project string) string {
		return `[{ image = "` + web + digest + `", expect = "ADMIT", attested_by = ["projects/` + project + `/attestors/built"] }]`
	}
	policy := func(more string) string {
		return "policy = { default_admission_rule = " + require("built") + "\n" + more + " }\n"
	}
	g.Run(t,
		resource.TestStep{Config: cases(list("demo"), policy(""))},
		resource.TestStep{Config: cases(list("other-one"), policy(`project = "other-one"`))},
		resource.TestStep{Config: cases(list("other-one"), policy("")+`project = "other-one"`)},
		resource.TestStep{Config: cases(list("demo"), policy(`project = ""`)+`project = ""`)},
	)
}

// TestCasesOfThePolicyAsItIs: without a policy, the project's own decides, with existing
// attestations.
func TestCasesOfThePolicyAsItIs(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	s := newSigner(t, g, "built")
	s.attach(t, g, web+digest, s.sign(t, web+digest))
	edit(t, g, func(p *gcp.Policy) { requireAttestation(p, "projects/demo/attestors/built") })
	list := `[
		{ image = "` + web + digest + `", expect = "ADMIT" }, { image = "` + web + another + `", expect = "DENY" },
		{ image = "gke.gcr.io/calico/node:v3", expect = "ADMIT" },
	]`
	g.Run(t, resource.TestStep{Config: cases(list, ""), ConfigStateChecks: known(theCases, map[string]knownvalue.Check{
		"id": text("projects/demo/policy"), "project": text("demo"), "passed": knownvalue.Bool(true),
	})})
	cli := g.CLI(t, cases(strings.Replace(list, `expect = "DENY"`, `expect = "ADMIT"`, 1), ""))
	acctest.Says(t, cli.Fails(t, "Admission cases fail", "plan"), "1 of 3 cases fail with the current projects/demo/policy:",
		"cases[1], "+web+another+": expected ADMIT, got DENY", "(there is no attestation of it)")
}
