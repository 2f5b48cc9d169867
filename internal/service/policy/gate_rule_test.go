package policy_test

import (
	"fmt"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// rules are a default rule and one for a cluster, each a resource of its own; the second has a gate.
func rules(enforcement, gate string) string {
	return fmt.Sprintf(`
resource "binauthz_policy_rule" "default" {
  scope                   = { default = true }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
  require_attestations_by = ["built"]
}
resource "binauthz_policy_rule" "prod" {
  scope                   = { cluster = "us-central1.prod" }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = %q
  require_attestations_by = ["built"]
  needs                   = [binauthz_policy_rule.default.id]
  %s
}
`, enforcement, gate)
}

// One rule among others has a gate of its own: only what happened where the rule applies closes it.
func TestTheGateOfOneRuleAmongOthers(t *testing.T) {
	t.Parallel()
	other := "projects/demo/locations/us-east1/clusters/other"
	tr := newTrial(t, emulator.Options{Clusters: []string{"projects/demo/locations/us-central1/clusters/prod", other}})
	fatal(t, tr.Emulator.GKE().SetBinaryAuthorization(other, "PROJECT_SINGLETON_POLICY_ENFORCE"))
	cli := tr.CLI(t, rules(tried, ""))
	cli.Succeeds(t, "apply", "-auto-approve")
	_, err := tr.Emulator.Pods().CreatePods(other, []byte(deployment("elsewhere", badImage, 4)))
	fatal(t, err)
	cli.Write(t, rules(enforced, gate("min_pod_creations = 1")))
	acctest.Says(t, cli.Fails(t, "Too little evidence for enforcement", "plan"), `cluster_admission_rules["us-central1.prod"]: 0 of 1`, "!elsewhere")
	tr.deploy(t, "batch", badImage, 2)
	acctest.Says(t, cli.Fails(t, "Enforcement would refuse", "apply", "-auto-approve"), badImage, "Deployment shop/batch", "!elsewhere", "!Too little evidence")
	tr.attest(t, badImage)
	tr.Emulator.ResetCalls()
	cli.Succeeds(t, "apply", "-auto-approve")
	if n := tr.Calls("UpdatePolicy"); n != 1 {
		t.Errorf("%d writes", n)
	}
	acctest.Says(t, cli.Succeeds(t, "plan"), "No changes")
}

// A rule that comes is tried by the default rule that it takes workloads from, if that is a dry run of the same.
func TestTheGateOfANewRule(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	tr.attest(t, goodImage)
	both := rules(enforced, gate("min_pod_creations = 2"))
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

// A rule that is removed leaves its workloads to the default rule: the gate of the rule looks at that.
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
	acctest.Says(t, cli.Fails(t, "Enforcement would refuse", "apply", "-auto-approve"), badImage, "remove enforcement_gate and apply that first")
	tr.attest(t, badImage)
	cli.Succeeds(t, "apply", "-auto-approve")
}

// A rule of the policy counts from when it became what it is, whatever others write since; the policy as a whole from its last change.
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
		cli := tr.CLI(t, rules(tried, ""))
		cli.Succeeds(t, "apply", "-auto-approve")
		tr.deploy(t, "late", goodImage, 2)
		edit(t, tr.Ground, func(p *gcp.Policy) { p.Description = "somebody else's" })
		cli.Write(t, rules(enforced, gate("min_pod_creations = 3")))
		acctest.Says(t, cli.Fails(t, "Too little evidence", "plan"), "2 of 3")
		tr.deploy(t, "later", goodImage, 1)
		cli.Succeeds(t, "apply", "-auto-approve")
	})
}

// Pods that nothing judged prove nothing.
func TestTheGateDoesNotCountWhatWasNotJudged(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	exempt := `admission_whitelist_patterns = ["us-docker.pkg.dev/demo/base/**"]` + "\n"
	cli := tr.CLI(t, config(requiring(tried), exempt))
	cli.Succeeds(t, "apply", "-auto-approve")
	tr.deploy(t, "base", "us-docker.pkg.dev/demo/base/nginx:1.27", 3)
	_, err := tr.Emulator.Pods().CreatePods(tr.cluster, []byte(fmt.Sprintf(
		`{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop, labels: {"image-policy.k8s.io/break-glass": "true"}}, spec: {containers: [{name: c, image: %q}]}}`, goodImage)))
	fatal(t, err)
	tr.Emulator.Pods().FailOpen(1, "")
	tr.deploy(t, "unjudged", goodImage, 1)
	cli.Write(t, config(requiring(enforced), exempt+gate("min_pod_creations = 1")))
	acctest.Says(t, cli.Fails(t, "Too little evidence", "plan"), "0 of 1")
}

// The default rule is for nobody if every cluster has a rule of its own: there is no traffic to wait for.
func TestTheGateOfARuleForNobody(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	own := fmt.Sprintf("cluster_admission_rules = { %q = %s }\n", "us-central1.prod", requiring(enforced))
	cli := tr.CLI(t, config(requiring(tried), own))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, config(requiring(enforced), own+gate("")))
	cli.Succeeds(t, "apply", "-auto-approve")
}
