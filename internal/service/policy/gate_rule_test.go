package policy_test

import (
	"fmt"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
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
