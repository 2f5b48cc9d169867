package policy_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// appPattern is an allowlist pattern as a resource of its own.
const appPattern = `resource "binauthz_policy_allowlist_pattern" "app" {
  pattern = "us-docker.pkg.dev/demo/app/**"
}
`

// TestTheGateDoesNotCountPodsExemptInTheDryRun: a pattern hides a pod from the dry run. The count
// of a rule restarts when the pattern is removed, by whomever.
func TestTheGateDoesNotCountPodsExemptInTheDryRun(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(*testing.T, *trial, *acctest.CLI){
		"by an apply": func(t *testing.T, _ *trial, cli *acctest.CLI) {
			t.Helper()
			cli.Write(t, rules(t, tried, 0))
			cli.Succeeds(t, "apply", "-auto-approve")
		},
		"by an apply, then other writes": func(t *testing.T, tr *trial, cli *acctest.CLI) {
			t.Helper()
			cli.Write(t, rules(t, tried, 0))
			cli.Succeeds(t, "apply", "-auto-approve")
			cli.Succeeds(t, "apply", "-refresh-only", "-auto-approve")
			edit(t, tr.Ground, func(p *gcp.Policy) { p.Description = "somebody else's" })
		},
		"by somebody else": func(t *testing.T, tr *trial, cli *acctest.CLI) {
			t.Helper()
			cli.Succeeds(t, "apply", "-refresh-only", "-auto-approve")
			edit(t, tr.Ground, func(p *gcp.Policy) { p.AdmissionWhitelistPatterns = nil })
			cli.Write(t, rules(t, tried, 0))
			cli.Succeeds(t, "apply", "-auto-approve")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newTrial(t, emulator.Options{})
			tr.attest(t, goodImage)
			cli := tr.CLI(t, rules(t, tried, 0)+appPattern)
			cli.Succeeds(t, "apply", "-auto-approve")
			tr.deploy(t, "batch", badImage, 5)
			remove(t, tr, cli)
			cli.Write(t, rules(t, enforced, 5))
			acctest.Says(t, cli.Fails(t, "Too little evidence", "plan"), "0 of 5")
			acctest.Says(t, cli.Fails(t, "Too little evidence", "plan", "-refresh=false"), "0 of 5")
			tr.deploy(t, "web", goodImage, 5)
			cli.Succeeds(t, "apply", "-auto-approve")
		})
	}
}

// TestTheCountOfARuleGoesOnWithWiderPatterns: another write or a wider pattern does not restart the
// count of a rule.
func TestTheCountOfARuleGoesOnWithWiderPatterns(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	tr.attest(t, goodImage)
	setPattern(t, tr, "us-docker.pkg.dev/demo/base/*")
	cli := tr.CLI(t, rules(t, tried, 0))
	cli.Succeeds(t, "apply", "-auto-approve")
	tr.deploy(t, "web", goodImage, 2)
	setPattern(t, tr, "us-docker.pkg.dev/demo/base/**")
	cli.Write(t, rules(t, enforced, 2))
	cli.Succeeds(t, "plan")
}

// setPattern sets the only pattern of the policy outside Terraform.
func setPattern(t *testing.T, tr *trial, pattern string) {
	t.Helper()
	edit(t, tr.Ground, func(p *gcp.Policy) {
		p.AdmissionWhitelistPatterns = []*binaryauthorizationpb.AdmissionWhitelistPattern{{NamePattern: pattern}}
	})
}

// TestTheGateDoesNotCountPodsExemptByGoogle: as above, for Google's system policy.
func TestTheGateDoesNotCountPodsExemptByGoogle(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	tr.attest(t, goodImage)
	cli := tr.CLI(t, rules(t, tried, 0))
	cli.Succeeds(t, "apply", "-auto-approve")
	tr.deploy(t, "system", "gke.gcr.io/calico/node:v3.28", 5)
	edit(t, tr.Ground, func(p *gcp.Policy) { p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE })
	locked := strings.ReplaceAll(rules(t, enforced, 5), "enforcement_gate ", "acknowledge_lockout = true\n  enforcement_gate ")
	cli.Write(t, locked)
	acctest.Says(t, cli.Fails(t, "Too little evidence", "plan"), "0 of 5")
	tr.deploy(t, "web", goodImage, 5)
	cli.Succeeds(t, "plan")
}
