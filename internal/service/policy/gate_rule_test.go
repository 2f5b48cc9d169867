package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// rules are a default rule and one for a cluster, each a separate resource. The second has a gate
// if podCreations is not 0.
func rules(t *testing.T, enforcement string, podCreations int) string {
	t.Helper()
	return acctest.HCL(t, "testdata/default_rule_and_gated_rule.tf", map[string]any{
		"enforcement_mode": enforcement, "pod_creations": podCreations,
	})
}

// TestTheGateOfOneRuleAmongOthers: the gate of one rule among others: only pods in the scope of the
// rule close it.
func TestTheGateOfOneRuleAmongOthers(t *testing.T) {
	t.Parallel()
	other := "projects/demo/locations/us-east1/clusters/other"
	tr := newTrial(t, emulator.Options{Clusters: []string{"projects/demo/locations/us-central1/clusters/prod", other}})
	fatal(t, tr.Emulator.GKE().SetBinaryAuthorization(other, "PROJECT_SINGLETON_POLICY_ENFORCE"))
	cli := tr.CLI(t, rules(t, tried, 0))
	cli.Succeeds(t, "apply", "-auto-approve")
	_, err := tr.Emulator.Pods().CreatePods(other, []byte(deployment("elsewhere", badImage, 4)))
	fatal(t, err)
	cli.Write(t, rules(t, enforced, 1))
	acctest.Says(t, cli.Fails(t, "Too little evidence for enforcement", "plan"), `cluster_admission_rules["us-central1.prod"]: 0 of 1`,
		"!elsewhere")
	tr.deploy(t, "batch", badImage, 2)
	acctest.Says(t, cli.Fails(t, "Enforcement would refuse", "apply", "-auto-approve"), badImage, "Deployment shop/batch", "!elsewhere",
		"!Too little evidence")
	tr.attest(t, badImage)
	tr.Emulator.ResetCalls()
	cli.Succeeds(t, "apply", "-auto-approve")
	if n := tr.Calls("UpdatePolicy"); n != 1 {
		t.Errorf("%d writes", n)
	}
	acctest.Says(t, cli.Succeeds(t, "plan"), "No changes")
}

// TestTheGateOfANewRule: the dry run of the default rule counts for a new rule with the same
// workloads and the same requirement.
func TestTheGateOfANewRule(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	tr.attest(t, goodImage)
	both := rules(t, enforced, 2)
	cli := tr.CLI(t, `resource "binauthz_policy_rule" "default" {
  scope                   = { default = true }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
  require_attestations_by = ["built"]
}`)
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, both)
	acctest.Says(t, cli.Fails(t, "Too little evidence", "plan"), "0 of 2", "!No dry run")
	tr.deploy(t, "web", goodImage, 2)
	cli.Succeeds(t, "apply", "-auto-approve")
}

// TestTheGateOfARuleThatGoes: the removal of a rule leaves its workloads to the default rule. The
// gate of the rule checks this.
func TestTheGateOfARuleThatGoes(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	body := func(rule string) string {
		return `resource "binauthz_policy_rule" "default" {
  scope                   = { default = true }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  require_attestations_by = ["built"]
}
` + rule
	}
	prod := `resource "binauthz_policy_rule" "prod" {
  scope                   = { cluster = "us-central1.prod" }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
  require_attestations_by = ["built"]
  enforcement_gate        = { min_pod_creations = 1 }
}
`
	cli := tr.CLI(t, body(prod))
	cli.Succeeds(t, "apply", "-auto-approve")
	tr.deploy(t, "batch", badImage, 2)
	cli.Write(t, body(""))
	acctest.Says(t, cli.Fails(t, "Enforcement would refuse", "apply", "-auto-approve"), badImage,
		"remove enforcement_gate and apply this change first")
	tr.attest(t, badImage)
	cli.Succeeds(t, "apply", "-auto-approve")
}

// TestTheGateCountsFromTheDryRunOn: a rule of the policy counts from its own last change,
// independent of other writes; the whole policy from its last change.
func TestTheGateCountsFromTheDryRunOn(t *testing.T) {
	t.Parallel()
	t.Run("the whole policy", func(t *testing.T) {
		t.Parallel()
		tr := newTrial(t, emulator.Options{})
		tr.attest(t, goodImage)
		tr.deploy(t, "early", goodImage, 5)
		cli := tr.CLI(t, config(requiring(tried), ""))
		cli.Succeeds(t, "apply", "-auto-approve")
		cli.Write(t, config(requiring(enforced), gate("min_pod_creations = 5")))
		acctest.Says(t, cli.Fails(t, "Too little evidence", "plan"), "0 of 5")
		tr.deploy(t, "late", goodImage, 5)
		cli.Succeeds(t, "apply", "-auto-approve")
	})
	t.Run("one rule", func(t *testing.T) {
		t.Parallel()
		tr := newTrial(t, emulator.Options{})
		tr.attest(t, goodImage)
		tr.deploy(t, "early", goodImage, 5)
		cli := tr.CLI(t, rules(t, tried, 0))
		cli.Succeeds(t, "apply", "-auto-approve")
		tr.deploy(t, "late", goodImage, 2)
		edit(t, tr.Ground, func(p *gcp.Policy) { p.Description = "somebody else's" })
		cli.Write(t, rules(t, enforced, 3))
		acctest.Says(t, cli.Fails(t, "Too little evidence", "plan"), "2 of 3")
		tr.deploy(t, "later", goodImage, 1)
		cli.Succeeds(t, "apply", "-auto-approve")
	})
}

// TestTheGateDoesNotCountWhatWasNotJudged: pods without a decision prove nothing.
func TestTheGateDoesNotCountWhatWasNotJudged(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	exempt := `admission_whitelist_patterns = ["us-docker.pkg.dev/demo/base/**"]` + "\n"
	cli := tr.CLI(t, config(requiring(tried), exempt))
	cli.Succeeds(t, "apply", "-auto-approve")
	tr.deploy(t, "base", "us-docker.pkg.dev/demo/base/nginx:1.27", 3)
	_, err := tr.Emulator.Pods().CreatePods(tr.cluster, []byte(fmt.Sprintf(
		`{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop, labels: {"image-policy.k8s.io/break-glass": "true"}}, spec: `+
			`{containers: [{name: c, image: %q}]}}`, goodImage)))
	fatal(t, err)
	tr.Emulator.Pods().FailOpen(1, "")
	tr.deploy(t, "unjudged", goodImage, 1)
	cli.Write(t, config(requiring(enforced), exempt+gate("min_pod_creations = 1")))
	acctest.Says(t, cli.Fails(t, "Too little evidence", "plan"), "0 of 1")
}

// TestTheGateOfARuleForNobody: the default rule applies to no pod if every cluster has a rule of
// its own: the gate requires no pods.
func TestTheGateOfARuleForNobody(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	own := fmt.Sprintf("cluster_admission_rules = { %q = %s }\n", "us-central1.prod", requiring(enforced))
	cli := tr.CLI(t, config(requiring(tried), own))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, config(requiring(enforced), own+gate("")))
	cli.Succeeds(t, "apply", "-auto-approve")
}

// TestTheGateDoesNotCountPodsOfARemovedRule: after the removal of the rule of a cluster, the
// default rule applies there. Its gate counts only later pods.
func TestTheGateDoesNotCountPodsOfARemovedRule(t *testing.T) {
	t.Parallel()
	byDefault := func(enforcement, more string) string {
		return ruleConfig("default = true", requiring(enforcement), more)
	}
	prod := strings.Replace(ruleConfig(`cluster = "us-central1.prod"`, allow, ""), `"it"`, `"prod"`, 1)
	const gated = "enforcement_gate = { min_pod_creations = 3 }"
	for name, remove := range map[string]func(*testing.T, *trial, *acctest.CLI){
		"by an apply": func(t *testing.T, _ *trial, cli *acctest.CLI) {
			t.Helper()
			cli.Write(t, byDefault(tried, ""))
			cli.Succeeds(t, "apply", "-auto-approve")
		},
		"by somebody else": func(t *testing.T, tr *trial, _ *acctest.CLI) {
			t.Helper()
			edit(t, tr.Ground, func(p *gcp.Policy) { p.ClusterAdmissionRules = nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newTrial(t, emulator.Options{})
			tr.attest(t, goodImage)
			cli := tr.CLI(t, prod)
			cli.Succeeds(t, "apply", "-auto-approve")
			cli.Write(t, byDefault(tried, "")+prod)
			cli.Succeeds(t, "apply", "-auto-approve")
			tr.deploy(t, "batch", badImage, 3)
			remove(t, tr, cli)
			cli.Write(t, byDefault(enforced, gated))
			acctest.Says(t, cli.Fails(t, "Too little evidence", "plan"), "0 of 3")
			tr.deploy(t, "web", goodImage, 3)
			cli.Succeeds(t, "apply", "-auto-approve")
		})
	}
}
